//! Questions, and their answers.

use chrono::TimeDelta;
use wavelaunch_shared::clients::questions::Form;
use wavelaunch_shared::clients::{self, Client, ClientRow, Cursor, Filter, Page, Places, Sort};
use wavelaunch_shared::coach::{self, By, Conversation, ConversationRow, Escalation};
use wavelaunch_shared::delivery::{self, Channel, OutboxRow, State};
use wavelaunch_shared::desk::{self, Attention, Health, PortfolioRow, Today};
use wavelaunch_shared::documents::{self, Document, DocumentRow, ReviewRow};
use wavelaunch_shared::events::{self, Event};
use wavelaunch_shared::id::{AutomationId, AutomationLogId, ClientId, ConversationId, DocumentId, ThreadId};
use wavelaunch_shared::journey::{self, Extra, LogFilter, LogRow, Move, Overview, Preview, Why};
use wavelaunch_shared::messages;
use wavelaunch_shared::portal::{
    self, Message, PortalUser, Thread, ThreadFilter, ThreadRow, ThreadShow, UserCounts, UserFilter,
};
use wavelaunch_shared::prints::Print;
use wavelaunch_shared::social::{self, Reading};
use wavelaunch_shared::staff::{Actor, Capability};
use wavelaunch_shared::text::Foreign;
use wavelaunch_shared::{Error, Result, Studio};

use super::coach_pages::{self, CostsPage, QualityPage, SetupPage, TranscriptPage};
use super::look::{self, DigestText, NoticePage, PreferencePage, TextRow};

/// How far back follower counts are shown.
const HALF_A_YEAR: TimeDelta = TimeDelta::days(183);
/// Rows of one page of a list that is paged by key.
pub const PAGE: i64 = 50;
/// Rows of a list that does not page: what a person would read at most.
const MANY: i64 = 200;

/// A question of a screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// The first screen.
    Today,
    /// Escalations, alerts and pause requests.
    Attention,
    /// A page of clients.
    Clients {
        /// The words of the filter.
        words: String,
        /// The order.
        sort: Sort,
        /// Where the page before ended.
        after: Option<Cursor>,
    },
    /// Where the pages of those clients begin.
    Places {
        /// The words of the filter.
        words: String,
        /// The order.
        sort: Sort,
    },
    /// How many clients are meant by the words.
    ClientCount(String),
    /// A client and where the journey stands.
    Client(ClientId),
    /// A client's answers to the questionnaire.
    Answers(ClientId),
    /// Everybody's access to the portal.
    Users(UserFilter),
    /// A client's documents.
    Documents(ClientId),
    /// What happened to a client, newest first.
    Activity(ClientId),
    /// Documents that wait for the studio.
    Review,
    /// A document with its text.
    Document(DocumentId),
    /// Conversations, of one client or of all.
    Threads {
        /// Whose.
        client: Option<ClientId>,
        /// Which.
        show: ThreadShow,
    },
    /// One conversation with its messages. Looking at it marks it as read.
    Thread(ThreadId),
    /// A client's conversations with the coach.
    Coach(ClientId),
    /// One of them with its messages.
    Transcript {
        /// Whose.
        client: ClientId,
        /// Which.
        id: ConversationId,
    },
    /// Conversations that wait for a person.
    CoachCalls,
    /// A page of everybody's conversations with the coach, newest first.
    CoachTalks {
        /// The words of the filter.
        words: String,
        /// The conversation after which it begins.
        after: Option<ConversationId>,
    },
    /// How good the coach is, and what is to be read of yesterday.
    CoachQuality,
    /// What the model costs.
    CoachCosts(By),
    /// How the coach is set, and every version of it.
    CoachSetup,
    /// A client's follower counts of half a year.
    Social(ClientId),
    /// A page of what the engine did, newest first.
    Log {
        /// The words of the filter.
        words: String,
        /// The line after which it begins.
        before: Option<AutomationLogId>,
    },
    /// What a change of a client's journey would do.
    Preview {
        /// Whose.
        client: ClientId,
        /// The change.
        wanted: Box<Move>,
    },
    /// Why an automation stands as it does.
    Why(AutomationId),
    /// How the engine does.
    Health,
    /// Messages on their way, in one state or all.
    Outbox(Option<State>),
    /// A page of everybody by month.
    Portfolio {
        /// The words of the filter.
        words: String,
        /// Where the page before ended.
        after: Option<Cursor>,
    },
    /// Where the pages of the portfolio begin.
    PortfolioPlaces(String),
    /// The week so far, and the digests that were made.
    Digests,
    /// Every message that people read.
    Texts,
    /// One of them as a channel shows it.
    Text {
        /// Its key.
        key: String,
        /// Where.
        channel: Channel,
    },
    /// What one client is told, and by which channel.
    Preferences(ClientId),
    /// What the person who asks is told in their chats.
    Notices,
}

/// Its answer.
pub enum Answer {
    /// To [`Query::Today`].
    Today(Box<Today>),
    /// To [`Query::Attention`].
    Attention(Vec<Attention>),
    /// To [`Query::Clients`].
    Clients(Page<ClientRow>),
    /// To [`Query::Places`] and [`Query::PortfolioPlaces`].
    Places(Places),
    /// To [`Query::ClientCount`].
    ClientCount(i64),
    /// To [`Query::Client`].
    Client(Box<ClientPage>),
    /// To [`Query::Answers`].
    Answers(Box<AnswersPage>),
    /// To [`Query::Users`].
    Users(Box<UsersPage>),
    /// To [`Query::Documents`].
    Documents(Vec<DocumentRow>),
    /// To [`Query::Activity`].
    Activity(Vec<Event>),
    /// To [`Query::Review`].
    Review(Vec<ReviewRow>),
    /// To [`Query::Document`].
    Document(Box<DocumentPage>),
    /// To [`Query::Threads`].
    Threads(Vec<ThreadRow>),
    /// To [`Query::Thread`].
    Thread(Box<ThreadPage>),
    /// To [`Query::Coach`].
    Coach(Vec<Conversation>),
    /// To [`Query::Transcript`].
    Transcript(Box<TranscriptPage>),
    /// To [`Query::CoachCalls`].
    CoachCalls(Vec<Escalation>),
    /// To [`Query::CoachTalks`].
    CoachTalks(Vec<ConversationRow>),
    /// To [`Query::CoachQuality`].
    CoachQuality(Box<QualityPage>),
    /// To [`Query::CoachCosts`].
    CoachCosts(Box<CostsPage>),
    /// To [`Query::CoachSetup`].
    CoachSetup(Box<SetupPage>),
    /// To [`Query::Social`].
    Social(Vec<Reading>),
    /// To [`Query::Log`].
    Log(Vec<LogRow>),
    /// To [`Query::Preview`].
    Preview(Box<MovePage>),
    /// To [`Query::Why`].
    Why(Box<Why>),
    /// To [`Query::Health`].
    Health(Box<Health>),
    /// To [`Query::Outbox`].
    Outbox(Vec<OutboxRow>),
    /// To [`Query::Portfolio`].
    Portfolio(Page<PortfolioRow>),
    /// To [`Query::Digests`].
    Digests(Vec<DigestText>),
    /// To [`Query::Texts`].
    Texts(Vec<TextRow>),
    /// To [`Query::Text`].
    Text(Box<messages::Preview>),
    /// To [`Query::Preferences`].
    Preferences(Box<PreferencePage>),
    /// To [`Query::Notices`].
    Notices(Box<NoticePage>),
}

/// A client and where the journey stands.
#[derive(Clone, Debug)]
pub struct ClientPage {
    /// The client.
    pub client: Client,
    /// The eight months and what is planned.
    pub journey: Overview,
    /// The programme's extra documents, and which of them the client has.
    pub extras: Vec<Extra>,
}

/// A client and what they answered.
#[derive(Clone, Debug)]
pub struct AnswersPage {
    /// The client.
    pub client: Client,
    /// Where they stand in the questionnaire.
    pub form: Form,
}

/// Everybody's access.
#[derive(Clone, Debug)]
pub struct UsersPage {
    /// By name.
    pub rows: Vec<PortalUser>,
    /// How many stand how.
    pub counts: UserCounts,
}

/// What a change of a journey would do, and whose journey it is.
#[derive(Clone, Debug)]
pub struct MovePage {
    /// The client.
    pub client: Client,
    /// Every row before and after.
    pub preview: Preview,
}

/// A document and whose it is.
#[derive(Clone, Debug)]
pub struct DocumentPage {
    /// The document.
    pub document: Document,
    /// Its PDF, if one was ever made.
    pub print: Option<Print>,
    /// The client's name.
    pub client: Foreign,
}

/// A conversation with its messages.
#[derive(Clone, Debug)]
pub struct ThreadPage {
    /// The conversation.
    pub thread: Thread,
    /// The client's name.
    pub client: Foreign,
    /// The oldest first.
    pub messages: Vec<Message>,
}

pub(super) async fn answer(studio: &Studio, actor: &Actor, query: Query) -> Result<Answer> {
    actor.require(Capability::View)?;
    let now = studio.clock.now();
    if let Query::Thread(id) = &query {
        return Ok(Answer::Thread(Box::new(thread(studio, actor, id).await?)));
    }
    let mut tx = studio.db.read().await?;
    let tx = &mut tx;
    Ok(match query {
        Query::Today => Answer::Today(Box::new(desk::today(tx, now).await?)),
        Query::Attention => Answer::Attention(desk::attention(tx, now).await?),
        Query::Clients { words, sort, after } => {
            let filter: Filter = words.parse()?;
            Answer::Clients(clients::page(tx, now, &filter, sort, after.as_ref(), PAGE).await?)
        }
        Query::Places { words, sort } => Answer::Places(clients::places(tx, now, &words.parse()?, sort, PAGE).await?),
        Query::ClientCount(words) => Answer::ClientCount(clients::count(tx, now, &words.parse()?).await?),
        Query::Client(id) => {
            let client = clients::get(tx, &id).await?.ok_or(Error::NotFound("client"))?;
            let journey = journey::overview(tx, studio, &client).await?;
            let extras = journey::extras(tx, studio, actor, &id, None).await?;
            Answer::Client(Box::new(ClientPage { client, journey, extras }))
        }
        Query::Answers(id) => {
            let client = clients::get(tx, &id).await?.ok_or(Error::NotFound("client"))?;
            let form = portal::onboarding::form(tx, &client).await?;
            Answer::Answers(Box::new(AnswersPage { client, form }))
        }
        Query::Users(filter) => {
            let rows = portal::users(tx, filter, None, MANY).await?;
            let counts = portal::user_counts(tx).await?;
            Answer::Users(Box::new(UsersPage { rows, counts }))
        }
        Query::Documents(id) => Answer::Documents(documents::list(tx, actor, &id).await?),
        Query::Activity(id) => Answer::Activity(events::page(tx, Some(&id), None, MANY).await?),
        Query::Review => Answer::Review(documents::review_queue(tx).await?),
        Query::Document(id) => {
            let document = documents::get(tx, actor, &id).await?;
            let client = clients::get(tx, &document.client_id).await?.ok_or(Error::NotFound("client"))?;
            let print = documents::print_of(tx, &id).await?;
            Answer::Document(Box::new(DocumentPage { document, print, client: client.full_name }))
        }
        Query::Threads { client, show } => {
            Answer::Threads(portal::list(tx, &ThreadFilter { client, show }, None, MANY).await?)
        }
        Query::Thread(_) => return Err(Error::NotFound("conversation")),
        Query::Coach(id) => Answer::Coach(coach::conversations(tx, actor, &id).await?),
        Query::Transcript { client, id } => {
            Answer::Transcript(Box::new(coach_pages::transcript(tx, actor, &client, &id).await?))
        }
        Query::CoachCalls => Answer::CoachCalls(coach::open_escalations(tx, actor).await?),
        Query::CoachTalks { words, after } => {
            Answer::CoachTalks(coach::latest(tx, actor, &words.parse()?, after.as_ref(), PAGE).await?)
        }
        Query::CoachQuality => Answer::CoachQuality(Box::new(coach_pages::quality(tx, studio, actor).await?)),
        Query::CoachCosts(by) => Answer::CoachCosts(Box::new(coach_pages::costs(tx, actor, by, now).await?)),
        Query::CoachSetup => Answer::CoachSetup(Box::new(coach_pages::setup(tx, studio, actor).await?)),
        Query::Social(id) => Answer::Social(social::history(tx, &id, now - HALF_A_YEAR).await?),
        Query::Log { words, before } => {
            let filter = LogFilter::of_words(&words, now, studio.zone()?)?;
            Answer::Log(journey::log(tx, &LogFilter { before, limit: PAGE, ..filter }).await?)
        }
        Query::Preview { client, wanted } => {
            let preview = journey::preview(tx, studio, &client, &wanted).await?;
            let client = clients::get(tx, &client).await?.ok_or(Error::NotFound("client"))?;
            Answer::Preview(Box::new(MovePage { client, preview }))
        }
        Query::Why(id) => Answer::Why(Box::new(journey::why(tx, studio, &id).await?)),
        Query::Health => Answer::Health(Box::new(desk::health(tx, now, studio.zone()?).await?)),
        Query::Outbox(state) => Answer::Outbox(delivery::list(tx, state, None, MANY).await?),
        Query::Portfolio { words, after } => {
            Answer::Portfolio(desk::portfolio(tx, now, &words.parse()?, after.as_ref(), PAGE).await?)
        }
        Query::Digests => Answer::Digests(look::digests(tx, studio, actor).await?),
        Query::Texts => Answer::Texts(look::texts(studio)),
        Query::Text { key, channel } => {
            Answer::Text(Box::new(messages::preview(tx, studio, &key, channel, None).await?))
        }
        Query::Preferences(id) => Answer::Preferences(Box::new(look::preferences(tx, studio, &id).await?)),
        Query::Notices => Answer::Notices(Box::new(look::notices(tx, actor).await?)),
        Query::PortfolioPlaces(words) => {
            let filter = words.parse::<Filter>()?.on_the_way();
            Answer::Places(clients::places(tx, now, &filter, Sort::Name, PAGE).await?)
        }
    })
}

/// Looking at a conversation marks it as read, for those who may answer it.
async fn thread(studio: &Studio, actor: &Actor, id: &ThreadId) -> Result<ThreadPage> {
    let thread = portal::thread(studio, actor, id).await?;
    if thread.unread_by_admin > 0 && actor.require(Capability::Edit).is_ok() {
        portal::mark_read(studio, actor, id).await?;
    }
    let mut tx = studio.db.read().await?;
    let messages = portal::messages(&mut tx, actor, id).await?;
    let client = clients::get(&mut tx, &thread.client_id).await?.ok_or(Error::NotFound("client"))?;
    Ok(ThreadPage { thread, client: client.full_name, messages })
}
