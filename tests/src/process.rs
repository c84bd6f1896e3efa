//! What the system tells of a process.

/// The largest resident memory this process has had, in bytes; none where the system does not tell.
pub fn peak_resident_bytes() -> Option<u64> {
    peak_in("/proc/self/status")
}

/// The same of another process that runs now.
pub fn peak_resident_bytes_of(process: u32) -> Option<u64> {
    peak_in(&format!("/proc/{process}/status"))
}

fn peak_in(status: &str) -> Option<u64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}
