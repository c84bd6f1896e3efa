//! Models that arrive, by the command itself against a stand-in hub: whole, resumed, refused, kept, converted, verified.

#[path = "../support/mod.rs"]
mod support;

mod convert;
mod download;
mod faults;
mod kept;
mod pack;
mod places;
mod resume;
mod stage;
mod verify;
