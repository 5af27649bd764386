//! The certificate: what a client is given when every month is delivered or left out.

use chrono::NaiveDate;

use super::notices::spoken;
use super::store::{self, MonthRow};
use crate::clients::{self, Client};
use crate::db::Tx;
use crate::id::ClientId;
use crate::press::{About, Certificate, Paper, Words};
use crate::prints::{self, File, Order, Subject};
use crate::programme::MONTHS;
use crate::staff::Actor;
use crate::{Error, Result, Studio};

/// What there is to certify.
struct Completed {
    first: NaiveDate,
    last: NaiveDate,
    months: usize,
}

/// The certificate of a client, for them and for the studio; refused before the programme is complete.
pub async fn certificate(studio: &Studio, actor: &Actor, client: &ClientId) -> Result<File> {
    actor.require_owner_of(client, "client")?;
    let mut tx = studio.db.read().await?;
    let client = clients::get(&mut tx, client).await?.ok_or(Error::NotFound("client"))?;
    let completed = completed(&mut tx, &client).await?.ok_or_else(|| {
        Error::refused(
            "there is no certificate yet: the programme is complete when its eight months are delivered or left out",
        )
    })?;
    drop(tx);
    let order = Order {
        subject: Subject::Certificate(client.id.clone()),
        client: client.id.clone(),
        name: "certificate.pdf".into(),
        paper: Paper::Certificate(paper(studio, &client, &completed)?),
    };
    prints::file(studio, &order).await
}

/// Whether a client has earned their certificate.
pub async fn has_certificate(tx: &mut Tx, client: &Client) -> Result<bool> {
    Ok(completed(tx, client).await?.is_some())
}

async fn completed(tx: &mut Tx, client: &Client) -> Result<Option<Completed>> {
    let Some(start) = client.program_start_date else { return Ok(None) };
    let rows = store::months(tx, &client.id).await?;
    let settled = |row: &&MonthRow| row.delivered_at.is_some() || row.skipped_at.is_some();
    let Some(last) = rows.iter().filter_map(|row| row.delivered_at).max() else { return Ok(None) };
    if rows.iter().filter(settled).count() < usize::from(MONTHS) {
        return Ok(None);
    }
    Ok(Some(Completed {
        // A first day is a date, kept as midnight UTC.
        first: start.date_naive(),
        last: last.with_timezone(&client.zone()).date_naive(),
        months: rows.iter().filter(|row| row.delivered_at.is_some()).count(),
    }))
}

fn paper(studio: &Studio, client: &Client, completed: &Completed) -> Result<Certificate> {
    let words = |key: &str, values: &[(&str, String)]| studio.messages.plain(key, values).map(|text| Words::new(&text));
    let studio_name = studio.settings.studio.name.clone();
    let dates = [("start_date", spoken(completed.first)), ("end_date", spoken(completed.last))];
    let mut lines = vec![words("certificate_months", &[("months", completed.months.to_string())])?];
    if let Some(brand) = client.brand_name.as_ref().filter(|brand| !brand.is_blank()) {
        lines.push(words("certificate_brand", &[("brand_name", brand.raw().to_owned())])?);
    }
    lines.push(words("certificate_dates", &dates)?);
    let heading = studio.messages.plain("certificate_heading", &[])?;
    let about_whom = format!("{heading}: {}", client.full_name.raw());
    Ok(Certificate {
        about: About::new(&about_whom, &studio_name, completed.last),
        above: Words::new(&studio_name),
        heading: Words::new(&heading),
        lead: words("certificate_lead", &[])?,
        name: Words::new(client.full_name.raw()),
        lines,
        signature: [Words::new(&studio_name), words("certificate_signature", &[])?],
        date: [Words::new(&spoken(completed.last)), words("certificate_date", &[])?],
    })
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
