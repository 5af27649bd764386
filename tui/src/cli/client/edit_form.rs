//! What is known of a client as lines that a person changes in their own editor. Pure.

use wavelaunch_shared::clients::{Client, ClientEdit};
use wavelaunch_shared::text::Foreign;

use crate::cli::exit::{Failure, Outcome};

/// One line of the form.
struct Line {
    name: &'static str,
    of: fn(&Client) -> String,
    put: fn(&mut ClientEdit, &str) -> Result<(), &'static str>,
}

macro_rules! text {
    ($name:literal, $field:ident, $of:expr) => {
        Line {
            name: $name,
            of: $of,
            put: |edit, text| {
                edit.$field = Some(text.to_owned());
                Ok(())
            },
        }
    };
}

const LINES: [Line; 11] = [
    text!("name", full_name, |client| client.full_name.line()),
    text!("e-mail", email, |client| client.email.clone()),
    text!("timezone", timezone, |client| client.timezone.clone()),
    text!("brand", brand_name, |client| shown(client.brand_name.as_ref())),
    text!("niche", industry_niche, |client| shown(client.industry_niche.as_ref())),
    text!("country", country, |client| shown(client.country.as_ref())),
    Line { name: "age", of: |client| client.age.map(|age| age.to_string()).unwrap_or_default(), put: age },
    text!("instagram", instagram_handle, |client| shown(client.instagram_handle.as_ref())),
    text!("tiktok", tiktok_handle, |client| shown(client.tiktok_handle.as_ref())),
    text!("telephone", phone, |client| shown(client.phone.as_ref())),
    text!("website", website, |client| shown(client.website.as_ref())),
];

fn shown(text: Option<&Foreign>) -> String {
    text.map(Foreign::line).unwrap_or_default()
}

fn age(edit: &mut ClientEdit, text: &str) -> Result<(), &'static str> {
    edit.age = Some(text.parse().map_err(|_| "the age is a number of years")?);
    Ok(())
}

/// The lines of a client.
pub fn written(client: &Client) -> String {
    LINES.iter().map(|line| format!("{}: {}\n", line.name, (line.of)(client))).collect::<Vec<_>>().concat()
}

/// What was changed, on the version that the person saw.
pub fn changes(client: &Client, after: &str) -> Outcome<ClientEdit> {
    let mut edit = ClientEdit { version: Some(client.version), ..ClientEdit::default() };
    for written in after.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let refused = |why: String| Failure::Refused(format!("{why}; nothing is changed"));
        let known = written.split_once(':').and_then(|(name, text)| {
            LINES.iter().find(|line| line.name == name.trim()).map(|line| (line, text.trim()))
        });
        let Some((line, text)) = known else {
            return Err(refused(format!("a line begins with none of {}", LINES.map(|line| line.name).join(", "))));
        };
        if text != (line.of)(client).trim() {
            (line.put)(&mut edit, text).map_err(|why| refused(why.to_owned()))?;
        }
    }
    Ok(edit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wavelaunch_shared::clients::{self, NewClient};
    use wavelaunch_shared::staff::Actor;

    #[tokio::test]
    async fn only_what_was_changed_is_an_edit() {
        let studio = wavelaunch_shared::testing::sqlite().await;
        let new = NewClient {
            full_name: "Ada\nObi".into(),
            email: "ada@example.com".into(),
            website: Some("https://ada.example:8080/x".into()),
            ..NewClient::default()
        };
        let ada = clients::add(&studio, &Actor::local_owner(), new).await.unwrap();
        let lines = written(&ada);
        assert!(lines.contains("website: https://ada.example:8080/x\n"), "{lines}");
        let same = changes(&ada, &lines).unwrap();
        assert_eq!(
            (same.full_name, same.website, same.version),
            (None, None, Some(ada.version)),
            "a name of two lines stays"
        );
        let after = lines.replace("age: \n", "age: 31\n").replace("https://ada.example:8080/x", "");
        let edit = changes(&ada, &after).unwrap();
        assert_eq!((edit.age, edit.website.as_deref(), edit.email), (Some(31), Some(""), None));
        assert!(changes(&ada, "colour: red\n").unwrap_err().to_string().contains("telephone"));
        assert!(changes(&ada, "age: old\n").unwrap_err().to_string().contains("number of years"));
    }
}
