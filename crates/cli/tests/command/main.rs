//! The `glimpse` executable as a shell sees it, and models that arrive, against a stand-in hub.

mod attack;
mod attack_faults;
mod auto;
mod classify;
mod convert;
mod download;
mod faults;
mod full_size;
mod kept;
mod none_of_these;
mod others;
mod outputs;
mod pack;
mod places;
mod resume;
mod stage;
mod support;
mod verify;
