//! The crawler on sites that behave correctly.

mod charsets;
mod connections;
mod html;
mod limits;
mod links;
mod output;
mod politeness;
mod redirects;
mod retries;
mod robots;
mod scope;
mod secrets;
mod text;
