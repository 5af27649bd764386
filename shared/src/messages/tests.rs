use rstest::rstest;

use super::*;
use crate::delivery::Channel;
use crate::journey::fixture::begun;
use crate::testing::sqlite;

#[test]
fn the_built_in_catalogue_is_sound() {
    assert!(Catalogue::built_in().unwrap().iter().count() > 20);
}

#[rstest]
#[case("[a]\nbody = \"hi {name}\"\n", "line 2: [a] uses {name}, which is not among its vars")]
#[case("[a]\nsubject = \"ok\"\nbody = \"\"\"\none\n\ntwo {name}\n\"\"\"\n", "line 6: [a] uses {name}, which")]
#[case("\n[a]\nvars = [\"name\"]\nbody = \"hi\"\n", "line 3: [a] lists name among its vars but never uses it")]
#[case("[a]\nvars = [\"n\", \"n\"]\nbody = \"{n}\"\n", "line 2: [a] lists a var twice")]
#[case("[a]\nbody = \"hi {Name}\"\n", "line 2: [a] has {Name}, which is no name of a value")]
#[case("[a]\nbody = \"\"\"\nhi }\"\"\"\n", "line 3: [a] has a closing brace")]
#[case("[a]\nbody = \"hi {\"\n", "line 2: [a] has an opening brace")]
#[case("[a]\nbdy = \"hi\"\n", "line 2: unknown field `bdy`")]
#[case("\n\n[a]\nsubject = \"hi\"\n", "line 3: [a] has no body")]
#[case("[a]\nbody = \"x\"\n\n[a]\nbody = \"y\"\n", "line 4")]
#[case(
    "[a]\nbody = \"x\"\naudience = \"everyone\"\n",
    "line 3: [a] has the audience \"everyone\"; it is client or admin"
)]
#[case(
    "[a]\naudience = \"client\"\npreference = \"sometimes\"\nbody = \"x\"\n",
    "line 3: [a] has the preference \"sometimes\""
)]
#[case(
    "[a]\naudience = \"admin\"\npreference = \"new_message\"\nbody = \"x\"\n",
    "line 3: [a] has a preference, which only"
)]
#[case("[a]\nbody = \"x\"\nbuttons = [\n  \"One\",\n  \" \",\n]\n", "line 5: [a] has a button without a label")]
#[case("[a]\nbody = \"x\"\nbuttons = [\"{n}\"]\n", "line 3: [a] has a brace on a button")]
fn a_wrong_template_is_refused_with_its_line(#[case] text: &str, #[case] says: &str) {
    let error = Catalogue::parse("en.toml", text).unwrap_err().to_string();
    assert!(error.starts_with("en.toml, line ") && error.contains(says), "{error}");
}

const WHOLE: &str = r#"
[hello]
audience = "client"
preference = "new_message"
vars = ["name", "day"]
subject = "Hello {name}"
body = "It is {day}, {name}."
buttons = ["One", "Two"]

[bye]
body = "Bye."
"#;

fn reworded(text: &str) -> Result<Catalogue> {
    Catalogue::parse("en.toml", WHOLE).unwrap().reworded("own.toml", text)
}

#[test]
fn a_studio_rewords_what_it_likes_and_keeps_the_rest() {
    let own = reworded("[hello]\nbody = \"{day}: good to see you, {name}!\"\nbuttons = [\"Uno\", \"Due\"]\n").unwrap();
    let values = [("name", "Ada".to_owned()), ("day", "Monday".to_owned())];
    let hello = own.render("hello", &values).unwrap();
    assert_eq!(hello.subject.as_deref(), Some("Hello Ada"));
    assert_eq!(hello.body.to_plain(), "Monday: good to see you, Ada!");
    assert_eq!(hello.buttons, ["Uno", "Due"]);
    assert_eq!(own.get("hello").unwrap().preference, Some(Switch::NewMessage));
    assert_eq!(own.get("hello").unwrap().origin, Origin::Studio);
    assert_eq!(own.get("bye").unwrap().origin, Origin::BuiltIn);
    assert_eq!(own.body("bye", &[]).unwrap().to_plain(), "Bye.");
}

#[rstest]
#[case("\n[helo]\nbody = \"x\"\n", "line 2: [helo] is no message of Wavelaunch")]
#[case("[hello]\nbody = \"It is {weekday}, {name}.\"\n", "line 2: [hello] uses {weekday}, which is not among its vars")]
#[case("[hello]\nbody = \"Hi, {name}.\"\n", "line 2: [hello] leaves {day} out")]
#[case("[hello]\nbuttons = [\"One\"]\n", "line 2: [hello] has 1 buttons where 2 belong")]
#[case("[bye]\nsubject = \"So long\"\n", "line 2: [bye] has a subject, which this message is sent without")]
#[case("[hello]\npreference = \"always\"\n", "line 2: [hello] has another preference")]
#[case("[hello]\naudience = \"admin\"\n", "line 2: [hello] has another audience")]
#[case("[hello]\nvars = [\"name\"]\n", "line 2: [hello] has another vars")]
#[case("[hello]\ncolour = \"red\"\n", "line 2: unknown field `colour`")]
fn a_studios_file_is_read_as_strictly(#[case] text: &str, #[case] says: &str) {
    let error = reworded(text).unwrap_err().to_string();
    assert!(error.starts_with("own.toml, line ") && error.contains(says), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Catalogue::load("/nowhere/own.toml").unwrap_err().to_string();
    assert!(error.contains("/nowhere/own.toml"), "{error}");
}

#[tokio::test]
async fn every_message_has_a_preview_on_every_channel() {
    let studio = sqlite().await;
    let ada = begun(&studio, "Ada *Obi* <b>", "2026-03-30").await;
    let mut tx = studio.db.read().await.unwrap();
    for (key, message) in studio.messages.iter() {
        for channel in [Channel::Telegram, Channel::Discord, Channel::Email, Channel::Console] {
            for client in [None, Some(&ada)] {
                let shown = preview(&mut tx, &studio, key, channel, client).await.unwrap();
                assert!(shown.parts.iter().all(|part| !part.trim().is_empty()), "{key}: {shown:?}");
                assert_eq!(shown.buttons, message.buttons);
                let named = message.vars.contains("client_name") && client.is_some();
                assert!(!named || shown.text.to_plain().contains("Ada *Obi* <b>") || shown.subject.is_some(), "{key}");
            }
        }
    }
}

#[test]
fn a_value_never_becomes_markup() {
    let catalogue =
        Catalogue::parse("t", "[a]\nvars = [\"name\", \"list\"]\nbody = \"Hi **{name}**\\n\\n{list}\"\n").unwrap();
    let body = catalogue.body("a", &[("name", "*x* {list}".into()), ("list", "- one\n- *two*".into())]).unwrap();
    assert_eq!(body.to_plain(), "Hi *x* {list}\n\n- one\n- *two*");
}

#[test]
fn a_missing_value_is_refused() {
    let catalogue = Catalogue::parse("t", "[a]\nvars = [\"name\"]\nbody = \"{name}\"\n").unwrap();
    assert!(catalogue.render("a", &[]).is_err());
    assert!(catalogue.render("b", &[]).is_err());
}
