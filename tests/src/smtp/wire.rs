//! Lines over a connection, to the letter.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// The longest command, with its end (RFC 5321, 4.5.3.1.4; AUTH may be longer).
pub(super) const COMMAND: usize = 12_288;

/// A stream of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    ahead: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self { stream: Box::new(stream), ahead: Vec::new() }
    }

    /// The next line with its line feed; `None` at the end of the connection or of a client's patience with ends.
    pub(super) async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut looked = 0;
        loop {
            if let Some(at) = self.ahead[looked..].iter().position(|byte| *byte == b'\n') {
                let rest = self.ahead.split_off(looked + at + 1);
                return Ok(Some(std::mem::replace(&mut self.ahead, rest)));
            }
            looked = self.ahead.len();
            let mut piece = [0; 4096];
            match self.stream.read(&mut piece).await? {
                0 => return Ok(None),
                read => self.ahead.extend_from_slice(&piece[..read]),
            }
        }
    }

    /// Whether the client wrote on before it had an answer.
    pub(super) fn is_ahead(&self) -> bool {
        !self.ahead.is_empty()
    }

    pub(super) async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.stream.write_all(answer.as_bytes()).await?;
        self.stream.write_all(b"\r\n").await?;
        self.stream.flush().await
    }

    /// The same connection, encrypted from here on.
    pub(super) async fn encrypted(self, acceptor: &TlsAcceptor) -> io::Result<Self> {
        Ok(Self::new(acceptor.accept(self.stream).await?))
    }
}
