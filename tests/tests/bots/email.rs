//! E-mail from the outbox to a strict mail server, and back when it cannot be delivered.

use anyhow::{Context, Result, ensure};
use wavelaunch_bots::health::State as Part;
use wavelaunch_shared::Studio;
use wavelaunch_shared::clients::Client;
use wavelaunch_shared::config::{Secret, Settings};
use wavelaunch_shared::delivery::{self, Channel, Notice, OutboxRow, State, Urgency};
use wavelaunch_shared::portal::{self, preferences};
use wavelaunch_shared::staff::Actor;
use wavelaunch_shared::testing::{self, TestStudio};
use wavelaunch_shared::text::Button;
use wavelaunch_tests::faults::{Fault, Times};
use wavelaunch_tests::smtp::{self, Encryption, FakeSmtp};
use wavelaunch_tests::telegram::FakeTelegram;

use crate::stage::{self, Bots, CAP};

const ADA: &str = "ada@example.com";

/// Settings that send by this server.
fn with_mail(mut settings: Settings, smtp: &FakeSmtp) -> Settings {
    settings.email.smtp_url = Secret::new(smtp.url());
    settings.email.from = "Wavelaunch Studio <studio@example.com>".into();
    settings.email.ca_file = smtp.ca_file();
    settings.email.timeout_seconds = 5;
    // The driven clock runs far ahead of the time that an answer takes.
    settings.delivery.lease_seconds = 3600;
    settings
}

/// A studio that sends by this server and nothing else.
async fn studio(smtp: &FakeSmtp) -> TestStudio {
    testing::sqlite_with(with_mail(stage::settings(None, None), smtp)).await
}

/// A client who wants e-mail before anything else. The invitation that came with it is out of the way.
async fn reader(studio: &Studio, name: &str) -> Result<Client> {
    let client = stage::linked(studio, name, Channel::Telegram, &name.len().to_string()).await?;
    preferences::prefer(studio, &Actor::Client(client.id.clone()), &client.id, Channel::Email).await?;
    for row in rows(studio).await?.into_iter().filter(|row| row.purpose.starts_with("invitation")) {
        delivery::cancel(studio, &Actor::local_owner(), &row.id).await?;
    }
    Ok(client)
}

/// Tells a client what comes next.
async fn notify(studio: &Studio, client: &Client, month: &str) -> Result<delivery::Queued> {
    let mut tx = studio.db.write().await?;
    let notice = Notice {
        key: "upcoming",
        values: vec![
            ("client_name", client.full_name.raw().to_owned()),
            ("month", "2".into()),
            ("month_title", month.into()),
            ("due_date", "2 April".into()),
        ],
        buttons: vec![vec![Button::new("Documents", "documents")]],
        dedupe: format!("upcoming:{}:{month}", client.id),
        urgency: Urgency::Transactional,
        reference: None,
    };
    let queued = delivery::notify(&mut tx, studio, client, notice).await?;
    tx.commit().await?;
    Ok(queued)
}

async fn rows(studio: &Studio) -> Result<Vec<OutboxRow>> {
    Ok(delivery::list(&mut studio.db.read().await?, None, None, 50).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_arrives_as_a_mail_with_two_texts_and_a_way_out() -> Result<()> {
    let smtp = FakeSmtp::start().await?;
    let studio = studio(&smtp).await;
    let ada = reader(&studio, "Ada").await?;
    let bots = Bots::start(&studio).await?;
    ensure!(*bots.part("email") == Part::Ready("studio@example.com by 127.0.0.1".into()));
    notify(&studio, &ada, "Brand\r\nBcc: everybody@example.com <b>&").await?;
    notify(&studio, &ada, "Audience").await?;
    stage::wait_outbox(&studio, State::Sent, 2).await?;
    let mails = smtp.read(|state| state.to(ADA));
    let row = &rows(&studio).await?[1];
    ensure!(mails[0].message_id == format!("{}@example.com", row.id), "{mails:?}");
    ensure!(mails[0].subject == "Month 2 arrives on 2 April", "{mails:?}");
    ensure!(mails[0].plain.contains("Bcc: everybody@example.com <b>&"), "{}", mails[0].plain);
    ensure!(mails[0].html.contains("&lt;b&gt;&amp;"), "{}", mails[0].html);
    ensure!(mails[0].header("Bcc").is_none());
    let way_out = mails[0].header("List-Unsubscribe").context("a way out")?;
    ensure!(way_out.starts_with("<mailto:studio@example.com?subject=unsubscribe%20MILESTONE%20"), "{way_out}");
    ensure!(mails[0].header("List-Unsubscribe-Post").is_none(), "one press needs a page");
    ensure!(mails[0].header("Auto-Submitted") == Some("auto-generated"));
    ensure!(smtp.read(smtp::State::connections) == 1, "the connection serves for both");
    bots.end().await?;
    ensure!(smtp.refused().is_empty(), "{:?}", smtp.refused());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn encryption_and_login_are_as_the_address_says() -> Result<()> {
    for encryption in [Encryption::Starttls, Encryption::Implicit] {
        let login = Some(("studio@example.com".to_owned(), "p@ss wörd/:".to_owned()));
        let smtp = FakeSmtp::start_with(smtp::Settings { encryption, login, ..smtp::Settings::default() }).await?;
        let studio = studio(&smtp).await;
        let ada = reader(&studio, "Ada").await?;
        let bots = Bots::start(&studio).await?;
        notify(&studio, &ada, "Brand").await?;
        let mail = smtp.wait_mail(ADA, CAP, |_| true).await?;
        ensure!(mail.encrypted && mail.login.as_deref() == Some("studio@example.com"), "{encryption:?}: {mail:?}");
        bots.end().await?;
        ensure!(smtp.refused().is_empty(), "{:?}", smtp.refused());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_and_one_that_refuses_us_get_nothing() -> Result<()> {
    let settings = smtp::Settings { encryption: Encryption::Starttls, ..smtp::Settings::default() };
    let smtp = FakeSmtp::start_with(settings).await?;
    let mut distrustful = with_mail(Settings::default(), &smtp);
    distrustful.email.ca_file = String::new();
    let found = wavelaunch_bots::email::check(&distrustful.email).await;
    ensure!(found.bot.is_none() && found.missing[0].contains("certificate"), "{found:?}");

    let login = Some(("studio".to_owned(), "right".to_owned()));
    let smtp = FakeSmtp::start_with(smtp::Settings { login, ..smtp::Settings::default() }).await?;
    let mut settings = with_mail(stage::settings(None, None), &smtp);
    settings.email.smtp_url = Secret::new(format!("smtp://studio:wrong@127.0.0.1:{}", smtp.port()));
    let studio = testing::sqlite_with(settings).await;
    let bots = Bots::start(&studio).await?;
    ensure!(matches!(bots.part("email"), Part::Stopped(why) if why.contains("535")), "{:?}", bots.part("email"));
    bots.end().await?;
    ensure!(smtp.read(|state| state.mails().is_empty()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_before_the_end_of_the_text_is_tried_again_and_after_it_is_in_doubt() -> Result<()> {
    let smtp = FakeSmtp::start().await?;
    let studio = studio(&smtp).await;
    let ada = reader(&studio, "Ada").await?;
    let bots = Bots::start(&studio).await?;
    for (number, (point, fault)) in [
        ("MAIL *", Fault::Status(421)),
        ("RCPT *", Fault::Status(451)),
        ("DATA", Fault::Cut),
        ("END", Fault::Status(451)),
        ("NOOP", Fault::Cut),
    ]
    .into_iter()
    .enumerate()
    {
        smtp.fault(point, fault, Times::Next(1));
        notify(&studio, &ada, point).await?;
        stage::wait_outbox(&studio, State::Sent, i64::try_from(number)? + 1).await?;
    }
    ensure!(smtp.read(|state| state.to(ADA).len()) == 5, "each arrived once");
    for (number, (point, fault)) in
        [("TEXT", Fault::Cut), ("END", Fault::LostAnswer), ("END", Fault::Slow(CAP * 3))].into_iter().enumerate()
    {
        smtp.fault(point, fault, Times::Next(1));
        notify(&studio, &ada, &format!("{point} {number}")).await?;
        stage::wait_outbox(&studio, State::InDoubt, i64::try_from(number)? + 1).await?;
    }
    let doubtful = rows(&studio).await?.into_iter().filter(|row| row.state == State::InDoubt);
    let arrived = smtp.read(|state| state.to(ADA).len());
    ensure!(arrived == 6, "of three in doubt one had arrived, and none was repeated: {arrived}");
    for row in doubtful {
        delivery::settle(&studio, &Actor::local_owner(), &row.id, delivery::Settlement::NotSent).await?;
    }
    stage::wait_outbox(&studio, State::Sent, 8).await?;
    let mails = smtp.read(|state| state.to(ADA));
    let mut ids: Vec<&str> = mails.iter().map(|mail| mail.message_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ensure!((mails.len(), ids.len()) == (9, 8), "the one that came twice has one Message-ID");
    bots.end().await?;
    ensure!(smtp.refused().is_empty(), "{:?}", smtp.refused());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_marks_the_address_and_the_next_channel_takes_over_once() -> Result<()> {
    let (smtp, telegram) = (FakeSmtp::start().await?, FakeTelegram::start().await?);
    let studio = testing::sqlite_with(with_mail(stage::settings(Some(&telegram), None), &smtp)).await;
    telegram.started_user(3, "Ada", Some("ada"));
    let ada = reader(&studio, "Ada").await?;
    smtp.nobody_at(ADA);
    let bots = Bots::start(&studio).await?;
    notify(&studio, &ada, "Brand").await?;
    telegram.wait_message(3, CAP, |message| message.text().contains("Brand")).await?;
    stage::wait_outbox(&studio, State::Dead, 1).await?;
    let dead = rows(&studio).await?.into_iter().find(|row| row.state == State::Dead).context("the bounced one")?;
    let why = dead.error.unwrap_or_default();
    ensure!(why.contains("550") && why.contains("sent on through Telegram"), "{why}");
    notify(&studio, &ada, "Audience").await?;
    telegram.wait_message(3, CAP, |message| message.text().contains("Audience")).await?;
    let tried = smtp.journal().iter().filter(|entry| entry.call.starts_with("RCPT")).count();
    ensure!(tried == 1, "a dead address is not tried again: {tried}");

    // The bot is blocked as well: nothing is left, and the studio is told. Another address is another chance.
    telegram.user_blocks(3);
    notify(&studio, &ada, "Sales").await?;
    stage::wait_outbox(&studio, State::Dead, 2).await?;
    let edit = wavelaunch_shared::clients::ClientEdit { email: Some("ada@new.example".into()), ..Default::default() };
    wavelaunch_shared::clients::edit(&studio, &Actor::local_owner(), &ada.id, edit).await?;
    notify(&studio, &ada, "Launch").await?;
    smtp.wait_mail("ada@new.example", CAP, |mail| mail.plain.contains("Launch")).await?;
    bots.end().await?;
    ensure!(smtp.refused().is_empty(), "{:?}", smtp.refused());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_press_ends_a_kind_of_mail_and_a_look_does_not() -> Result<()> {
    let smtp = FakeSmtp::start().await?;
    let mut settings = with_mail(stage::settings(None, None), &smtp);
    settings.email.public_url = "https://portal.example.com/".into();
    let studio = testing::sqlite_with(settings).await;
    let ada = reader(&studio, "Ada").await?;
    let bots = Bots::start(&studio).await?;
    notify(&studio, &ada, "Brand").await?;
    let mail = smtp.wait_mail(ADA, CAP, |_| true).await?;
    ensure!(mail.header("List-Unsubscribe-Post") == Some("List-Unsubscribe=One-Click"));
    let link = mail.header("List-Unsubscribe").and_then(|header| header.split(['<', '>']).nth(1)).context("a link")?;
    ensure!(mail.plain.contains(link));
    let path = link.strip_prefix("https://portal.example.com").context("the studio's own address")?;
    let (status, page) = bots.get(path).await?;
    ensure!(status == 200 && page.contains("<form method=\"post\">"), "{page}");
    let looked = preferences::get(&mut studio.db.read().await?, &studio, &ada.id).await?;
    ensure!(looked.wants(portal::Topic::Milestone, Channel::Email), "a look changes nothing");
    ensure!(bots.post(path, "List-Unsubscribe=One-Click").await? == 200);
    let now = preferences::get(&mut studio.db.read().await?, &studio, &ada.id).await?;
    ensure!(!now.wants(portal::Topic::Milestone, Channel::Email) && now.wants(portal::Topic::Plan, Channel::Email));
    ensure!(now.wants(portal::Topic::Milestone, Channel::Telegram), "one channel, not all");
    ensure!(bots.post("/unsubscribe/nobody/milestone", "").await? == 404);
    ensure!(bots.post("/unsubscribe/nobody/marketing", "").await? == 404);
    bots.end().await?;
    Ok(())
}
