//! A throw-away PostgreSQL server for one test process, or databases on one that is named.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

static SERVER: OnceCell<Option<Server>> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

struct Server {
    /// Address without a database name.
    base: String,
    /// The keeper's standard input: when this process ends, it closes and the server stops.
    _keeper: Option<Child>,
}

/// The address of a new, empty database.
pub(super) async fn fresh_database() -> Option<String> {
    let server = SERVER.get_or_init(find_server).await.as_ref()?;
    let name = format!("wl_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&format!("{}/postgres", server.base)).await.unwrap();
    // A killed run may have left a database of the same name on a long-lived server.
    admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}"))).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    Some(format!("{}/{name}", server.base))
}

async fn find_server() -> Option<Server> {
    if let Ok(base) = std::env::var("WAVELAUNCH_TEST_POSTGRES") {
        return Some(Server { base: base.trim_end_matches('/').to_owned(), _keeper: None });
    }
    let server = start(&programs()?)?;
    // The server answers within moments of its first log line; each failed try costs a connect.
    for _ in 0..200 {
        if PgConnection::connect(&format!("{}/postgres", server.base)).await.is_ok() {
            return Some(server);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    None
}

/// The folder with `initdb` and `postgres`: on the path, or where Debian puts the newest.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|folders| folders.flatten().map(|folder| folder.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    debian
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// Starts a server in a folder of its own, under a shell that stops it and removes the folder when
/// this process ends for whatever reason.
fn start(programs: &Path) -> Option<Server> {
    let port = free_port()?;
    let script = format!(
        r#"set -e
dir=$(mktemp -d)
as=""
if [ "$(id -u)" = 0 ]; then id postgres >/dev/null 2>&1 || exit 1; chown postgres "$dir"; as="setpriv --reuid=postgres --regid=postgres --clear-groups"; fi
cd "$dir"
$as {programs}/initdb -D "$dir/data" -U wavelaunch -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null 2>&1
$as {programs}/postgres -D "$dir/data" -p {port} -k "$dir" -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c log_min_messages=panic >/dev/null 2>&1 &
server=$!
read -r _ || true
kill -INT $server
wait $server || true
rm -rf "$dir""#,
        programs = programs.display(),
    );
    let keeper = Command::new("sh")
        .arg("-c")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    Some(Server { base: format!("postgres://wavelaunch@127.0.0.1:{port}"), _keeper: Some(keeper) })
}

fn free_port() -> Option<u16> {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").ok()?;
    Some(probe.local_addr().ok()?.port())
}
