//! `glimpse tokenize`: the token ids of texts, without reading any weights.

use serde::Serialize;

use crate::Outcome;
use crate::args::TokenizeArgs;
use crate::failure::Failure;
use crate::output;
use crate::source::Source;

/// One text's entry in the JSON.
#[derive(Serialize)]
struct Entry<'a> {
    text: &'a str,
    input_ids: Vec<u32>,
}

/// Reads the tokenizer, encodes every text, prints.
pub async fn run(args: &TokenizeArgs) -> Result<Outcome, Failure> {
    let tokenizer = glimpse::load_tokenizer(&Source::find(&args.model)?).await?;
    let mut entries = Vec::new();
    for text in &args.texts {
        let input_ids = tokenizer
            .encode(text)
            .map_err(|error| Failure::File(error.to_string()))?;
        entries.push(Entry { text, input_ids });
    }
    if args.json {
        output::json(&entries)?;
    } else {
        for Entry { text, input_ids } in entries {
            let ids: Vec<String> = input_ids.iter().map(u32::to_string).collect();
            output::text(&format!("{}: {}\n", output::printable(text), ids.join(" ")))?;
        }
    }
    Ok(Outcome::Done)
}
