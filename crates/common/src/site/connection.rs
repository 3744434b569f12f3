//! The threads of a site: one accepts, one serves each connection.

use super::answer::Answer;
use super::{Served, start};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Accepts connections until the site closes.
pub(super) fn accept(listener: &TcpListener, served: &Arc<Served>) {
    for stream in listener.incoming() {
        if served.state().closing {
            return;
        }
        // An error: the client has disconnected, or the system refuses a thread. The connection is closed.
        let _ = stream.and_then(|stream| open(stream, served));
    }
}

fn open(stream: TcpStream, served: &Arc<Served>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let handle = stream.try_clone()?;
    let mut state = served.state();
    state.connections += 1;
    state.connected.retain(|(_, thread)| thread.is_alive());
    let thread = start(&format!("connection-{}", state.connections), {
        let served = Arc::clone(served);
        // A client that disconnects is no error of the site.
        move || drop(serve(stream, &served))
    })?;
    state.connected.push((handle, thread));
    Ok(())
}

/// Answers one request after the other, until the client closes the connection or the site closes.
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
    // The site has a second handle on this stream, so dropping this one does not close the connection.
    stream.shutdown(std::net::Shutdown::Both)
}

struct Request {
    path: String,
    last: bool,
}

/// Reads the next request; `None` if the client has closed the connection.
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
