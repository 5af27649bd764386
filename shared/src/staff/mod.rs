//! The studio's people: who is asking, and what they may do.
//!
//! Every public function of a feature takes an [`Actor`]. What a role may do is one table,
//! [`Role::may`]; nothing else decides it.

mod admins;
pub mod chat;
pub mod keys;
pub mod notices;
mod public_key;
mod role;

pub use admins::{Admin, add, find_by_email, list, remove, set_role, touch};
pub use public_key::PublicKey;
pub use role::{Capability, Role};

use crate::id::{AdminId, ClientId};
use crate::{Error, Result};

/// Who asks for something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff.
    Admin {
        /// Who; `None` is the owner of the machine, before any admin was added.
        id: Option<AdminId>,
        /// With which role.
        role: Role,
    },
    /// A client, through a linked chat account.
    Client(ClientId),
    /// The machine: engine, delivery, import.
    System,
}

impl Actor {
    /// The person at the database's own machine.
    #[must_use]
    pub fn local_owner() -> Self {
        Self::Admin { id: None, role: Role::Owner }
    }

    /// ADMIN, CLIENT or SYSTEM, as stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Admin { .. } => "ADMIN",
            Self::Client(_) => "CLIENT",
            Self::System => "SYSTEM",
        }
    }

    /// The person's id, as stored.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Admin { id, .. } => id.as_ref().map(AdminId::as_str),
            Self::Client(id) => Some(id.as_str()),
            Self::System => None,
        }
    }

    /// The member of staff, if it is one with a row.
    #[must_use]
    pub fn admin_id(&self) -> Option<&AdminId> {
        match self {
            Self::Admin { id, .. } => id.as_ref(),
            _ => None,
        }
    }

    /// Passes when the actor is staff whose role has `capability`, or the machine itself.
    pub fn require(&self, capability: Capability) -> Result<()> {
        match self {
            Self::System => Ok(()),
            Self::Admin { role, .. } if role.may(capability) => Ok(()),
            Self::Admin { role, .. } => Err(Error::Forbidden { role: role.as_str(), what: capability.phrase() }),
            Self::Client(_) => Err(Error::Forbidden { role: "CLIENT", what: capability.phrase() }),
        }
    }

    /// Passes when the actor is `owner` itself, or may see every client. Another client's row is
    /// not found, in the words of any other missing row.
    pub fn require_owner_of(&self, owner: &ClientId, noun: &'static str) -> Result<()> {
        match self {
            Self::Client(id) if id == owner => Ok(()),
            Self::Client(_) => Err(Error::NotFound(noun)),
            _ => self.require(Capability::View),
        }
    }

    /// Refuses who is neither that client nor somebody who may edit clients.
    pub fn require_owner_or_edit(&self, owner: &ClientId, noun: &'static str) -> Result<()> {
        match self {
            Self::Client(id) if id == owner => Ok(()),
            Self::Client(_) => Err(Error::NotFound(noun)),
            _ => self.require(Capability::Edit),
        }
    }
}

#[cfg(test)]
mod tests;
