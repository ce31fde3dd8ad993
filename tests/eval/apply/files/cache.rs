use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const DEFAULT_TTL: Duration = Duration::from_secs(300);
const MAX_ENTRIES: usize = 1024;

/// One value and when it was stored.
#[derive(Debug, Clone)]
pub struct Entry {
    value: String,
    stored: Instant,
    hits: u32,
}

/// Values that are forgotten after a while.
pub struct Cache {
    entries: HashMap<String, Entry>,
    ttl: Duration,
    folder: Option<PathBuf>,
}

impl Entry {
    fn new(value: String) -> Self {
        Entry { value, stored: Instant::now(), hits: 0 }
    }

    /// Whether it is older than allowed.
    fn is_stale(&self, ttl: Duration) -> bool {
        self.stored.elapsed() > ttl
    }

    fn describe(&self) -> String {
        let age = self.stored.elapsed().as_secs();
        format!("{} ({} s, {} hits)", self.value, age, self.hits)
    }
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Cache { entries: HashMap::new(), ttl: DEFAULT_TTL, folder: None }
    }

    pub fn with_folder(mut self, folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        self.folder = Some(folder.to_path_buf());
        Ok(self)
    }

    /// The value, unless it is too old.
    pub fn get(&mut self, key: &str) -> Option<&str> {
        let ttl = self.ttl;
        let entry = self.entries.get_mut(key)?;
        if entry.is_stale(ttl) {
            return None;
        }
        entry.hits += 1;
        Some(entry.value.as_str())
    }

    /// Stores a value; the oldest one goes if there are too many.
    pub fn put(&mut self, key: &str, value: &str) {
        if self.entries.len() >= MAX_ENTRIES {
            let oldest = self
                .entries
                .iter()
                .min_by_key(|(_, entry)| entry.stored)
                .map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                self.entries.remove(&oldest);
            }
        }
        self.entries.insert(key.to_string(), Entry::new(value.to_string()));
    }

    pub fn sweep(&mut self) -> usize {
        let before = self.entries.len();
        let ttl = self.ttl;
        self.entries.retain(|_, entry| !entry.is_stale(ttl));
        before - self.entries.len()
    }

    pub fn save(&self) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let mut text = String::new();
        for (key, entry) in &self.entries {
            text.push_str(&format!("{}={}\n", key, entry.value));
        }
        fs::write(folder.join("cache.txt"), text)
    }

    fn describe(&self) -> String {
        let stale = self.entries.values().filter(|entry| entry.is_stale(self.ttl)).count();
        format!("{} entries, {} stale", self.entries.len(), stale)
    }
}

impl fmt::Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.describe())
    }
}

/// Reads lines of the form key=value.
pub fn parse_lines(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some((key, value)) = line.split_once('=') {
            found.push((key.trim().to_string(), value.trim().to_string()));
        }
    }
    found
}

pub fn load(folder: &Path) -> io::Result<Cache> {
    let text = fs::read_to_string(folder.join("cache.txt"))?;
    let mut cache = Cache::new().with_folder(folder)?;
    for (key, value) in parse_lines(&text) {
        cache.put(&key, &value);
    }
    Ok(cache)
}
