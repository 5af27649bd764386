//! Where the content lies: a folder, S3, or this process's memory.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{DynObjectStore, ObjectStoreExt, parse_url_opts};
use tokio::sync::OnceCell;

use crate::config::{Settings, environment};
use crate::{Error, Result};

/// The store of files; cheap to clone. It is opened when it is first used, so that a program that
/// never touches a file needs no place for them.
#[derive(Clone, Debug)]
pub struct Place {
    address: Address,
    open: Arc<OnceCell<Opened>>,
}

#[derive(Clone, Debug)]
enum Address {
    Folder(PathBuf),
    Remote(url::Url),
}

/// The open store.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) objects: Box<DynObjectStore>,
    prefix: Path,
}

impl Place {
    /// The place that the settings name.
    pub fn new(settings: &Settings) -> Result<Self> {
        let address = match settings.files.url.trim() {
            "" => Address::Folder(settings.files_folder()?),
            text => match url::Url::parse(text) {
                Ok(url) if url.scheme() == "file" => {
                    Address::Folder(url.to_file_path().map_err(|()| wrong(text, "names no folder of this machine"))?)
                }
                Ok(url) if ["s3", "memory"].contains(&url.scheme()) => Address::Remote(url),
                Ok(url) if url.scheme().len() > 1 => {
                    return Err(wrong(text, "is neither a folder nor an address that begins with file:// or s3://"));
                }
                // Anything else is a path, also C:\files.
                _ => Address::Folder(text.into()),
            },
        };
        Ok(Self { address, open: Arc::default() })
    }

    /// Puts something there and takes it away again.
    pub async fn probe(&self) -> Result<()> {
        let store = self.open().await?;
        let path = store.prefix.clone().join("probe");
        store.objects.put(&path, "probe".into()).await?;
        Ok(store.objects.delete(&path).await?)
    }

    pub(super) async fn open(&self) -> Result<&Opened> {
        self.open.get_or_try_init(async || self.address.open()).await
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.address {
            Address::Folder(path) => write!(f, "{}", path.display()),
            Address::Remote(url) => write!(f, "{url}"),
        }
    }
}

impl Address {
    fn open(&self) -> Result<Opened> {
        match self {
            Self::Folder(path) => {
                std::fs::create_dir_all(path).map_err(|error| Error::file(path, error))?;
                let objects = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
                Ok(Opened { objects: Box::new(objects), prefix: Path::default() })
            }
            Self::Remote(url) => {
                // Several TLS providers may be compiled in; the first caller decides, and a second call is no error.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let mut options: Vec<_> =
                    environment().into_iter().filter(|(name, _)| name.starts_with("AWS_")).collect();
                if options.iter().any(|(name, value)| name.contains("ENDPOINT") && value.starts_with("http://")) {
                    options.push(("AWS_ALLOW_HTTP".into(), "true".into()));
                }
                let (objects, prefix) = parse_url_opts(url, options)?;
                Ok(Opened { objects, prefix })
            }
        }
    }
}

impl Opened {
    /// Where content lies: `ab/ab34…`, so that no folder grows too long.
    pub(super) fn path(&self, sha256: &str) -> Path {
        let folder = sha256.get(..2).unwrap_or_default();
        self.prefix.clone().join(folder).join(sha256)
    }

    pub(super) fn prefix(&self) -> Option<&Path> {
        (!self.prefix.as_ref().is_empty()).then_some(&self.prefix)
    }
}

fn wrong(text: &str, what: &str) -> Error {
    Error::Setting(format!(
        "files.url: {text:?} {what}; write for instance \"/var/lib/wavelaunch\" or \"s3://bucket/studio\""
    ))
}
