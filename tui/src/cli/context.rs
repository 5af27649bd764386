//! An open studio with somebody in front of it: what nearly every verb starts from.

use wavelaunch_shared::config::Settings;
use wavelaunch_shared::db::{self, Db, Url};
use wavelaunch_shared::staff::{self, Actor};
use wavelaunch_shared::{Error, Studio};

use super::exit::{Failure, Outcome};
use super::options::Options;
use super::output::Out;

/// One run's studio, person, and way of printing.
pub struct Context {
    /// Database, clock, settings.
    pub studio: Studio,
    /// Who asks.
    pub actor: Actor,
    /// How to answer.
    pub out: Out,
}

impl Context {
    /// Opens the database, brings its schema up to date unless looking only, and finds out who asks.
    async fn open(options: &Options) -> Outcome<Self> {
        let settings = options.settings()?;
        let db = open_database(&settings, options.read_only).await?;
        bring_up_to_date(&db, options.read_only).await?;
        let studio = Studio::with_db(db, settings, options.clock())?;
        let actor = who(&studio, options.admin.as_deref()).await?;
        Ok(Self { studio, actor, out: options.out() })
    }

    /// Does `work` on an open studio, and closes it: SQLite then folds its journal into the file.
    pub async fn with(options: &Options, work: impl AsyncFnOnce(&Self) -> Outcome) -> Outcome {
        let context = Self::open(options).await?;
        let outcome = work(&context).await;
        context.studio.db.close().await;
        outcome
    }
}

/// Opens the configured database as it is. Looking only, it does not make a file that is not there.
pub async fn open_database(settings: &Settings, read_only: bool) -> Outcome<Db> {
    let url = settings.database_url()?;
    if let Url::Sqlite(path) = &url
        && read_only
        && !path.exists()
    {
        return Err(Failure::Refused(format!(
            "there is no database at {url}; make one with `wavelaunch db migrate`, or name another with --database"
        )));
    }
    Ok(Db::open(&url).await?)
}

async fn bring_up_to_date(db: &Db, read_only: bool) -> Outcome {
    if !read_only {
        return Ok(db::migrate(db).await?);
    }
    if db::status(db).await?.iter().all(|step| step.applied) {
        return Ok(());
    }
    Err(Failure::Refused(
        "the database's schema is older than this program; run `wavelaunch db migrate` without --read-only".into(),
    ))
}

/// The member of staff named by `--as`, else the owner of this machine.
async fn who(studio: &Studio, email: Option<&str>) -> Outcome<Actor> {
    let Some(email) = email else { return Ok(Actor::local_owner()) };
    let mut tx = studio.db.read().await?;
    match staff::find_by_email(&mut tx, email).await? {
        Some(admin) => Ok(Actor::Admin { id: Some(admin.id), role: admin.role }),
        None => Err(Failure::Missing(format!(
            "nobody on the staff has the e-mail {email:?}; `wavelaunch admin list` shows who has"
        ))),
    }
}

/// Turns "no such X" into a line that also says where to look.
pub fn or_look<T>(result: Result<T, Error>, where_to_look: &str) -> Outcome<T> {
    result.map_err(|error| match error {
        Error::NotFound(what) => Failure::Missing(format!("no such {what}; {where_to_look}")),
        other => Failure::Core(other),
    })
}
