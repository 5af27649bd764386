//! Validates bodies against the schemas of an `OpenAPI` document, compiled one by one when first used.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

const PREFIX: &str = "#/components/schemas/";

/// The component schemas of one `OpenAPI` document.
#[derive(Debug)]
pub struct Schemas {
    components: Map<String, Value>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Schemas {
    /// Takes the component schemas out of `document`, after `adapt` had its way with each (key, schema node).
    #[must_use]
    pub fn new(mut document: Value, adapt: fn(&mut Value)) -> Self {
        adapt_all(&mut document, adapt);
        let components = match document.pointer_mut("/components/schemas").map(Value::take) {
            Some(Value::Object(components)) => components,
            _ => Map::new(),
        };
        Self { components, compiled: Mutex::default() }
    }

    /// Says what is wrong with `body` as the named component.
    pub fn check(&self, name: &str, body: &Value) -> Result<(), String> {
        self.check_schema(name, &json!({ "$ref": format!("{PREFIX}{name}") }), body)
    }

    /// Says what is wrong with `body` as a list of the named component.
    pub fn check_list(&self, name: &str, body: &Value) -> Result<(), String> {
        let schema = json!({ "type": "array", "items": { "$ref": format!("{PREFIX}{name}") } });
        self.check_schema(&format!("list of {name}"), &schema, body)
    }

    fn check_schema(&self, key: &str, schema: &Value, body: &Value) -> Result<(), String> {
        let validator = self.compiled(key, schema)?;
        let mut complaints: Vec<String> = validator
            .iter_errors(body)
            .take(3)
            .map(|error| format!("{} at {}", error.masked(), error.instance_path()))
            .collect();
        if complaints.is_empty() {
            return Ok(());
        }
        complaints.insert(0, format!("does not fit {key}"));
        Err(complaints.join("; "))
    }

    fn compiled(&self, key: &str, schema: &Value) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = compiled.get(key) {
            return Ok(Arc::clone(validator));
        }
        let mut document = schema.clone();
        document["components"] = json!({ "schemas": self.closure_of(schema) });
        let validator = jsonschema::draft202012::new(&document)
            .map_err(|error| format!("the vendor's schema {key} does not compile: {error}"))?;
        let validator = Arc::new(validator);
        compiled.insert(key.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }

    // The whole document takes long to compile; only what the schema reaches is needed.
    fn closure_of(&self, schema: &Value) -> Map<String, Value> {
        let mut wanted = BTreeSet::new();
        let mut open = vec![schema];
        while let Some(node) = open.pop() {
            let mut names = Vec::new();
            collect_references(node, &mut names);
            for name in names {
                if let Some(found) = self.components.get(&name)
                    && wanted.insert(name)
                {
                    open.push(found);
                }
            }
        }
        wanted
            .into_iter()
            .filter_map(|name| self.components.get(&name).map(|schema| (name.clone(), schema.clone())))
            .collect()
    }
}

fn collect_references(node: &Value, names: &mut Vec<String>) {
    match node {
        Value::Object(fields) => {
            if let Some(name) =
                fields.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix(PREFIX))
            {
                names.push(name.to_owned());
            }
            fields.values().for_each(|field| collect_references(field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, names)),
        _ => {}
    }
}

fn adapt_all(node: &mut Value, adapt: fn(&mut Value)) {
    adapt(node);
    match node {
        Value::Object(fields) => fields.values_mut().for_each(|field| adapt_all(field, adapt)),
        Value::Array(items) => items.iter_mut().for_each(|item| adapt_all(item, adapt)),
        _ => {}
    }
}
