//! Names what the model for photographs was made from, with the licences, and quotes the notices that they ask for.

/// Something that was made use of.
pub struct Source {
    /// What it is in, or was for.
    pub part: &'static str,
    /// Where it is from.
    pub from: &'static str,
    /// Under which licence.
    pub licence: &'static str,
}

/// What was made use of beside the image tower.
pub const SOURCES: [Source; 3] = [
    Source {
        part: "the classes' names and the templates",
        from: "OpenAI's CLIP, in [open_clip](https://github.com/mlfoundations/open_clip)",
        licence: "MIT",
    },
    Source {
        part: "other names, groups, nouns and their glosses",
        from: "[WordNet 3.1](https://wordnet.princeton.edu), Princeton University",
        licence: "WordNet License (below)",
    },
    Source {
        part: "where other nouns lie; the encoder itself is not in this folder",
        from: "[all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), sentence-transformers",
        licence: "Apache-2.0",
    },
];

/// What WordNet's licence wants on every copy.
pub const NOTICES: &str = "\
## WordNet's notice

> This software and database is being provided to you, the LICENSEE, by Princeton University under the following license. By
> obtaining, using and/or copying this software and database, you agree that you have read, understood, and will comply with these
> terms and conditions.:
>
> Permission to use, copy, modify and distribute this software and database and its documentation for any purpose and without fee
> or royalty is hereby granted, provided that you agree to comply with the following copyright notice and statements, including the
> disclaimer, and that the same appear on ALL copies of the software, database and documentation, including modifications that you
> make for internal use or for distribution.
>
> WordNet 3.1 Copyright 2011 by Princeton University. All rights reserved.
>
> THIS SOFTWARE AND DATABASE IS PROVIDED \"AS IS\" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED.
> BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANT- ABILITY OR FITNESS
> FOR ANY PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY
> PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS.
>
> The name of Princeton University or Princeton may not be used in advertising or publicity pertaining to distribution of the software
> and/or database. Title to copyright in this software, database and any associated documentation shall at all times remain with
> Princeton University and LICENSEE agrees to preserve same.
";
