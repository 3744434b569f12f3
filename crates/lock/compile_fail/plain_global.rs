// The notes' listing, §2.4, with a plain global: it does not compile.
static mut NUMBER: u64 = 0;

fn run(k: u64) {
    for _ in 0..k {
        NUMBER += 1;
    }
}
