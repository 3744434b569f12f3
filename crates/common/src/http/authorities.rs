//! The trusted certificate authorities.

use std::env;
use std::fs;
use ureq::tls::{PemItem, RootCerts, parse_pem};

/// The certificate authorities that a [`Client`](super::Client) trusts: by default those of Mozilla.
#[derive(Clone, Debug)]
pub struct Authorities(pub(super) RootCerts);

impl Default for Authorities {
    fn default() -> Self {
        Self(RootCerts::WebPki)
    }
}

impl Authorities {
    /// Reads the authorities in these PEM files; without files, the authorities in the file that the environment
    /// variable `SSL_CERT_FILE` names, if it is set.
    ///
    /// ```
    /// use common::http::Authorities;
    ///
    /// let error = Authorities::read(&["no/such.pem".to_owned()]).unwrap_err();
    /// assert!(error.starts_with("cannot read no/such.pem: "), "{error}");
    /// ```
    ///
    /// # Errors
    ///
    /// If a file cannot be read or contains no certificate.
    pub fn read(files: &[String]) -> Result<Self, String> {
        let variable = env::var("SSL_CERT_FILE").ok();
        let variable = variable.filter(|file| !file.is_empty() && files.is_empty());
        if files.is_empty() && variable.is_none() {
            return Ok(Self::default());
        }
        let mut all = Vec::new();
        for file in files.iter().chain(&variable) {
            let pem = fs::read(file).map_err(|error| format!("cannot read {file}: {error}"))?;
            let before = all.len();
            all.extend(parse_pem(&pem).filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            }));
            if all.len() == before {
                return Err(format!("{file}: no certificate in PEM format"));
            }
        }
        Ok(Self(RootCerts::new_with_certs(&all)))
    }
}
