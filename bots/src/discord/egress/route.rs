//! Which limit a request falls under, and what of its path may be written down.

use axum::http::Method;

/// How a request is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The first answer to an interaction: the person waits, and it has three seconds. It is never queued.
    Callback,
    /// Later answers to an interaction: limited by their own bucket, exempt from the global limit.
    FollowUp,
    /// Everything else: its bucket and the global limit.
    Ordinary,
}

/// A request's place among the limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Method and path with every id but the major one replaced: requests with the same key share a
    /// bucket. It holds no token.
    pub key: String,
    /// The channel, guild or webhook that the bucket is counted for.
    pub major: String,
    /// How it is treated.
    pub lane: Lane,
}

impl Route {
    /// Reads a request line.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        // `/api/v10/…` and `/api/…` are the same routes.
        let parts = match parts.as_slice() {
            ["api", version, rest @ ..] if is_version(version) => rest,
            ["api", rest @ ..] | rest => rest,
        };
        let lane = match parts {
            ["interactions", _, _, "callback"] => Lane::Callback,
            ["webhooks", _, _, ..] => Lane::FollowUp,
            _ => Lane::Ordinary,
        };
        let major = match parts {
            // Two tokens of one webhook are two majors; the token itself stays out of every text.
            ["webhooks" | "interactions", id, token, ..] => format!("{id}/{:x}", digest(token)),
            ["channels" | "guilds" | "webhooks", id, ..] => (*id).to_owned(),
            _ => String::new(),
        };
        let path: Vec<&str> = parts.iter().enumerate().map(|(at, part)| shown(parts, at, part)).collect();
        Self { key: format!("{method} /{} {major}", path.join("/")), major, lane }
    }
}

fn shown<'a>(parts: &[&str], at: usize, part: &'a str) -> &'a str {
    let after_secret_kind = matches!(parts.first(), Some(&("webhooks" | "interactions")));
    if after_secret_kind && at == 2 {
        "{token}"
    } else if part.len() >= 15 && part.bytes().all(|b| b.is_ascii_digit()) {
        "{id}"
    } else {
        part
    }
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

fn digest(token: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}
