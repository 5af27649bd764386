//! What tokens cost, by the price table of the settings.

use crate::config::ModelSettings;

/// What a use costs, in millionths of the settings' currency: a price a million tokens is the price of
/// one token in millionths. The longest entry with which the model's name begins counts, since
/// endpoints add a date to it; a model without an entry has the general price.
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "token counts are small")]
pub fn cost_micros(settings: &ModelSettings, model: &str, tokens_in: i64, tokens_out: i64) -> i64 {
    let named = settings.prices.iter().filter(|(name, _)| model.starts_with(name.as_str()));
    let (input, output) = named
        .max_by_key(|(name, _)| name.len())
        .map_or((settings.input_price_per_million, settings.output_price_per_million), |(_, price)| {
            (price.input, price.output)
        });
    (tokens_in as f64 * input + tokens_out as f64 * output).round() as i64
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::config::ModelPrice;

    #[rstest]
    #[case("claude-sonnet-4", 42_000, 6_000, 216_000)]
    #[case("gpt-4.1-2025-04-14", 1_000, 100, 2_800)]
    #[case("gpt-4.1-mini-2025-04-14", 1_000, 100, 560)]
    #[case("stand-in", 0, 0, 0)]
    fn the_most_exact_price_counts(
        #[case] model: &str,
        #[case] tokens_in: i64,
        #[case] tokens_out: i64,
        #[case] micros: i64,
    ) {
        let prices = [
            ("gpt-4.1".to_owned(), ModelPrice { input: 2.0, output: 8.0 }),
            ("gpt-4.1-mini".to_owned(), ModelPrice { input: 0.4, output: 1.6 }),
        ];
        let settings = ModelSettings { prices: prices.into(), ..ModelSettings::default() };
        assert_eq!(cost_micros(&settings, model, tokens_in, tokens_out), micros);
    }
}
