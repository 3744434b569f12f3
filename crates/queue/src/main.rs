//! §4 队列

mod crawl;

fn main() -> std::process::ExitCode {
    let mut arguments = common::demo::lexopt::Parser::from_env();
    arguments.raw_args().unwrap().next();
    crawl::run(&common::demo::or_exit(crawl::parse(arguments)))
}
