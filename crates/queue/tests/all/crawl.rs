//! The crawler on sites that mean well.

mod charsets;
mod connections;
mod html;
mod limits;
mod links;
mod manners;
mod output;
mod redirects;
mod retries;
mod robots;
mod scope;
mod secrets;
mod text;
