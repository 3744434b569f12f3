//! The threads of a site: one accepts, one serves each connection.

use super::answer::Answer;
use super::{Served, start};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Takes in visitors until the site closes.
pub(super) fn accept(listener: &TcpListener, served: &Arc<Served>) {
    for stream in listener.incoming() {
        if served.state().closing {
            return;
        }
        // A visitor who is gone already, or whom the system has no thread for, is turned away.
        let _ = stream.and_then(|stream| welcome(stream, served));
    }
}

fn welcome(stream: TcpStream, served: &Arc<Served>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let handle = stream.try_clone()?;
    let mut state = served.state();
    state.connections += 1;
    state.visits.retain(|(_, visit)| visit.is_alive());
    let visit = start(&format!("visit-{}", state.connections), {
        let served = Arc::clone(served);
        // A visitor who breaks off is no error of the site.
        move || drop(serve(stream, &served))
    })?;
    state.visits.push((handle, visit));
    Ok(())
}

/// Answers one request after the other, until the visitor or the site has had enough.
fn serve(mut stream: TcpStream, served: &Served) -> io::Result<()> {
    let mut requests = BufReader::new(stream.try_clone()?);
    while let Some(request) = read(&mut requests)? {
        let path = request.path.split('?').next().unwrap_or_default();
        let missing = Answer::not_found();
        let answer = served.answers.get(path).unwrap_or(&missing);
        if !served.wait_for(path, answer.held) {
            break;
        }
        stream.write_all(&answer.bytes)?;
        if request.last {
            break;
        }
    }
    // The site keeps a handle on this stream: only this tells the visitor that it is over.
    stream.shutdown(std::net::Shutdown::Both)
}

struct Request {
    path: String,
    last: bool,
}

/// The next request, or none when the visitor has left.
fn read(requests: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    requests.read_line(&mut line)?;
    let Some(path) = line.split(' ').nth(1).map(str::to_owned) else {
        return Ok(None);
    };
    let mut last = false;
    loop {
        line.clear();
        requests.read_line(&mut line)?;
        match line.trim_end() {
            "" => return Ok(Some(Request { path, last })),
            field => last |= field.eq_ignore_ascii_case("connection: close"),
        }
    }
}
