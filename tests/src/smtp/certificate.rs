//! The stand-in's certificate, of its own authority.

use std::io;
use std::sync::Arc;

use rcgen::CertifiedKey;
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A certificate for this machine, its key, and a file from which a client may learn to trust it.
pub(super) struct Certificate {
    acceptor: TlsAcceptor,
    file: NamedTempFile,
}

impl Certificate {
    /// Makes one for `localhost`.
    pub(super) fn for_loopback() -> io::Result<Self> {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
        let file = NamedTempFile::new()?;
        std::fs::write(file.path(), cert.pem())?;
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .map_err(io::Error::other)?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), file })
    }

    /// What encrypts connections.
    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Where the certificate lies.
    pub(super) fn file(&self) -> String {
        self.file.path().display().to_string()
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("file", &self.file.path()).finish_non_exhaustive()
    }
}
