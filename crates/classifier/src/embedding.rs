//! The type of embeddings.

/// A picture's or a text's vector, `[projection_dim]`, of unit length.
pub type Embedding = Vec<f32>;
