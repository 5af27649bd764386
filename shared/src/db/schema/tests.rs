//! The live schema against itself on the other database, and against the seed's.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::*;
use crate::testing::{TestStudio, on_both, visible};

/// A model of the seed: a table with the columns, uniques and indexes that it must have at least.
#[derive(Deserialize)]
struct Model {
    table: String,
    columns: BTreeMap<String, Field>,
    uniques: Vec<Vec<String>>,
    indexes: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Field {
    r#type: String,
    null: bool,
    default: Option<String>,
    unique: bool,
    id: bool,
}

/// A file of the seed, which stands beside the workspace where the product is developed.
fn seed_file(path: &str) -> Option<String> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(path);
    let text = std::fs::read_to_string(file).ok();
    if text.is_none() {
        visible(&format!("skipped: the seed's ../shared/{path} is not beside the workspace"));
    }
    text
}

async fn live(studio: &TestStudio) -> Vec<Table> {
    schema(&mut studio.db.read().await.unwrap()).await.unwrap()
}

fn table<'a>(tables: &'a [Table], name: &str) -> &'a Table {
    tables.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("there is no table {name}"))
}

#[tokio::test]
async fn every_table_stands_after_those_it_points_at() {
    on_both(|studio| async move {
        let tables = live(&studio).await;
        let place = |name: &str| tables.iter().position(|table| table.name == name).unwrap();
        for table in &tables {
            for to in table.references.iter().filter(|to| to.table != table.name) {
                assert!(place(&to.table) < place(&table.name), "{} -> {}", table.name, to.table);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let sqlite = live(&crate::testing::sqlite().await).await;
    let Some(postgres) = crate::testing::postgres_with(crate::config::Settings::default()).await else { return };
    let postgres = live(&postgres).await;
    let outline = |tables: &[Table]| {
        let mut lines = Vec::new();
        for table in tables {
            for column in &table.columns {
                let kind = match column.kind {
                    ColumnKind::Time | ColumnKind::Json => ColumnKind::Text,
                    kind => kind,
                };
                let (null, default) = (column.nullable, column.default.is_some());
                lines.push(format!("{}.{} {kind:?} null {null} default {default}", table.name, column.name));
            }
            for index in &table.indexes {
                let (unique, partial) = (index.unique, index.partial);
                lines.push(format!("{}({}) unique {unique} partial {partial}", table.name, index.columns.join(",")));
            }
            for to in &table.references {
                lines.push(format!("{}.{} -> {} on delete {}", table.name, to.column, to.table, to.on_delete));
            }
        }
        lines.sort();
        lines
    };
    assert_eq!(outline(&sqlite), outline(&postgres));
}

#[tokio::test]
async fn the_seeds_22_tables_and_212_columns_are_there_as_it_has_them() {
    let Some(text) = seed_file("spec/seed-schema.json") else { return };
    let models: BTreeMap<String, Model> = serde_json::from_str(&text).unwrap();
    assert_eq!(models.len(), 22);
    assert_eq!(models.values().map(|model| model.columns.len()).sum::<usize>(), 212);
    on_both(|studio| {
        let models = &models;
        async move {
            let tables = live(&studio).await;
            for model in models.values() {
                let table = table(&tables, &model.table);
                for (name, field) in &model.columns {
                    check_column(table, name, field);
                }
                for columns in &model.uniques {
                    assert!(has_index(table, columns, true), "{}: no UNIQUE {columns:?}", table.name);
                }
                for columns in &model.indexes {
                    assert!(has_index(table, columns, false), "{}: no index {columns:?}", table.name);
                }
            }
        }
    })
    .await;
}

fn check_column(table: &Table, name: &str, field: &Field) {
    let place = format!("{}.{name}", table.name);
    let column = table.columns.iter().find(|column| column.name == name).unwrap_or_else(|| panic!("no {place}"));
    assert_eq!(column.nullable, field.null, "{place}: nullable");
    let fits = match field.r#type.as_str() {
        "String" => column.kind == ColumnKind::Text,
        "Int" => column.kind == ColumnKind::Int,
        "Float" => column.kind == ColumnKind::Real,
        "Boolean" => column.kind == ColumnKind::Bool,
        "DateTime" => matches!(column.kind, ColumnKind::Text | ColumnKind::Time),
        "Json" => matches!(column.kind, ColumnKind::Text | ColumnKind::Json),
        other => panic!("{place}: the seed has a new type {other}"),
    };
    assert!(fits, "{place}: {} is kept as {:?}", field.r#type, column.kind);
    let default = column.default.clone().unwrap_or_default().to_lowercase();
    match field.default.as_deref() {
        // Ids are made by the program, in the seed too.
        None | Some("cuid()") => {}
        Some("now()") => assert!(default.contains("now"), "{place}: default {default:?}"),
        Some(wanted) => {
            let wanted = wanted.trim_matches('"').to_lowercase();
            assert!(default.contains(&wanted), "{place}: default {default:?}, not {wanted:?}");
        }
    }
    let alone = [name.to_owned()];
    if field.unique {
        assert!(has_index(table, &alone, true), "{place}: not UNIQUE");
    }
    if field.id {
        assert!(table.indexes.iter().any(|index| index.primary && index.columns == alone), "{place}: no key");
    }
}

/// Whether an index over all rows begins with these columns, or is exactly these and unique.
fn has_index(table: &Table, columns: &[String], unique: bool) -> bool {
    table
        .indexes
        .iter()
        .filter(|index| !index.partial)
        .any(|index| if unique { index.unique && index.columns == columns } else { index.columns.starts_with(columns) })
}

#[tokio::test]
async fn deleting_follows_the_seeds_rules() {
    let Some(text) = seed_file("seed/SCHEMA_EXTENSIONS_FOR_FEATURES.md") else { return };
    let Some(models) = seed_file("spec/seed-schema.json") else { return };
    let models: BTreeMap<String, Model> = serde_json::from_str(&models).unwrap();
    let rules = relations(&text);
    assert!(rules.len() >= 25, "only {} relations were read", rules.len());
    on_both(|studio| {
        let (models, rules) = (&models, &rules);
        async move {
            let tables = live(&studio).await;
            for rule in rules {
                let (from, to) = (&models[&rule.model], &models[&rule.target]);
                let reference = table(&tables, &from.table)
                    .references
                    .iter()
                    .find(|reference| reference.column == rule.column)
                    .unwrap_or_else(|| panic!("{}.{} points at nothing", from.table, rule.column));
                assert_eq!(reference.table, to.table, "{}.{}", from.table, rule.column);
                assert_eq!(reference.on_delete, rule.on_delete, "{}.{}", from.table, rule.column);
            }
        }
    })
    .await;
}

struct Relation {
    model: String,
    column: String,
    target: String,
    on_delete: &'static str,
}

/// The relations of the seed's text that own a column: `name Type? @relation(fields: [x], …, onDelete: Cascade)`.
fn relations(text: &str) -> Vec<Relation> {
    let mut relations = Vec::new();
    let mut model = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("model ").and_then(|rest| rest.split_whitespace().next()) {
            name.clone_into(&mut model);
        }
        let Some(field) = line.split("fields: [").nth(1).and_then(|rest| rest.split(']').next()) else { continue };
        let Some(target) = line.split_whitespace().nth(1) else { continue };
        let optional = target.ends_with('?');
        relations.push(Relation {
            model: model.clone(),
            column: snake_case(field),
            target: target.trim_end_matches('?').to_owned(),
            // Where the seed says nothing, its own tool empties what may be empty and forbids the rest.
            on_delete: match (line.contains("onDelete: Cascade"), optional) {
                (true, _) => "CASCADE",
                (false, true) => "SET NULL",
                (false, false) => "RESTRICT",
            },
        });
    }
    relations
}

fn snake_case(name: &str) -> String {
    name.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase())).collect()
}
