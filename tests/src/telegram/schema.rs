//! Checks a request against the vendor's machine-readable Bot API: required parameters, types, and nothing unknown.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::call::{Call, Typing};
use crate::{aloud, spec};

#[derive(Debug, Deserialize)]
struct BotApi {
    methods: HashMap<String, Shape>,
    types: HashMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
struct Shape {
    name: String,
    #[serde(default)]
    fields: Vec<Field>,
    #[serde(default)]
    subtypes: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Field {
    name: String,
    types: Vec<String>,
    required: bool,
}

fn bot_api() -> Option<&'static BotApi> {
    static BOT_API: OnceLock<Option<BotApi>> = OnceLock::new();
    BOT_API
        .get_or_init(|| {
            serde_json::from_value(spec::load("telegram-bot-api.json")?)
                .map_err(|error| aloud::say(&format!("NOTE: the Telegram spec does not read: {error}")))
                .ok()
        })
        .as_ref()
}

/// Says what the vendor's spec has against the call; nothing where the spec is absent.
pub fn check(call: &Call) -> Result<(), String> {
    let Some(api) = bot_api() else { return Ok(()) };
    let shape = api
        .methods
        .values()
        .find(|shape| shape.name.eq_ignore_ascii_case(&call.method))
        .ok_or_else(|| format!("the Bot API has no method {}", call.method))?;
    let checker = Checker { api, call };
    if let Some(stray) = call.uploads.iter().find(|upload| !checker.is_named(&upload.field, shape)) {
        return Err(format!("nothing refers to the upload {}", stray.field));
    }
    checker.fields(shape, &call.params, call.typing, &shape.name)
}

struct Checker<'a> {
    api: &'a BotApi,
    call: &'a Call,
}

impl Checker<'_> {
    fn is_named(&self, upload: &str, shape: &Shape) -> bool {
        let reference = format!("attach://{upload}");
        shape.fields.iter().any(|field| field.name == upload)
            || self.call.params.values().any(|value| value.as_str().is_some_and(|text| text.contains(&reference)))
    }

    fn fields(&self, shape: &Shape, values: &Map<String, Value>, typing: Typing, path: &str) -> Result<(), String> {
        for field in &shape.fields {
            match values.get(&field.name) {
                None | Some(Value::Null) => {
                    if field.required && !self.call.uploads.iter().any(|upload| upload.field == field.name) {
                        return Err(format!("{path} lacks the required {}", field.name));
                    }
                }
                Some(value) => self.one_of(&field.types, value, typing, &format!("{path}.{}", field.name))?,
            }
        }
        match values.keys().find(|name| shape.fields.iter().all(|field| field.name != **name)) {
            Some(unknown) => Err(format!("{path} has no field {unknown}")),
            None => Ok(()),
        }
    }

    fn one_of(&self, types: &[String], value: &Value, typing: Typing, path: &str) -> Result<(), String> {
        let mut complaint = String::new();
        for kind in types {
            match self.fits(kind, value, typing, path) {
                Ok(()) => return Ok(()),
                Err(why) => complaint = why,
            }
        }
        Err(complaint)
    }

    fn fits(&self, kind: &str, value: &Value, typing: Typing, path: &str) -> Result<(), String> {
        let wrong = || format!("{path} should be {kind}, not {value}");
        let textual = if typing == Typing::Textual { value.as_str() } else { None };
        let good = match kind {
            "Integer" => value.is_i64() || value.is_u64() || textual.is_some_and(|text| text.parse::<i64>().is_ok()),
            "Float" => value.is_number() || textual.is_some_and(|text| text.parse::<f64>().is_ok()),
            "Boolean" | "True" => {
                value.is_boolean()
                    || textual.is_some_and(|text| matches!(text, "true" | "false" | "True" | "False" | "0" | "1"))
            }
            "String" => value.is_string(),
            "InputFile" => value.is_string() || value.is_object(),
            _ => return self.composite(kind, value, textual, path),
        };
        if good { Ok(()) } else { Err(wrong()) }
    }

    fn composite(&self, kind: &str, value: &Value, textual: Option<&str>, path: &str) -> Result<(), String> {
        // A form carries nested objects as JSON in a text; inside, types are exact again.
        let parsed =
            textual.map(serde_json::from_str::<Value>).transpose().map_err(|_| format!("{path} is not JSON"))?;
        let value = parsed.as_ref().unwrap_or(value);
        if let Some(item) = kind.strip_prefix("Array of ") {
            let items = value.as_array().ok_or_else(|| format!("{path} should be an array"))?;
            return items
                .iter()
                .enumerate()
                .try_for_each(|(index, entry)| self.fits(item, entry, Typing::Exact, &format!("{path}[{index}]")));
        }
        let shape = self.api.types.get(kind).ok_or_else(|| format!("{path}: the spec has no type {kind}"))?;
        if shape.subtypes.is_empty() {
            let values = value.as_object().ok_or_else(|| format!("{path} should be {kind}, not {value}"))?;
            return self.fields(shape, values, Typing::Exact, path);
        }
        self.one_of(&shape.subtypes, value, Typing::Exact, path)
    }
}
