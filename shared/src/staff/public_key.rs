//! SSH public keys as OpenSSH writes them: one line of type, base64 and comment. Pure.
//!
//! A key is taken apart to its last byte before it is believed: what does not end where its parts
//! end is not the key that its first word says.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

use crate::text::Foreign;
use crate::{Error, Result};

/// The shortest RSA modulus that is accepted, in bits.
const SHORTEST_RSA: usize = 2048;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: &'static str,
    blob: Vec<u8>,
    /// What stands after the key: usually who and where.
    pub comment: Foreign,
}

/// The kinds of key, with how many parts follow the name of each.
const ALGORITHMS: [(&str, usize); 7] = [
    ("ssh-ed25519", 1),
    ("sk-ssh-ed25519@openssh.com", 2),
    ("ecdsa-sha2-nistp256", 2),
    ("ecdsa-sha2-nistp384", 2),
    ("ecdsa-sha2-nistp521", 2),
    ("sk-ecdsa-sha2-nistp256@openssh.com", 3),
    ("ssh-rsa", 2),
];

impl PublicKey {
    /// Reads one line of a `.pub` file.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") {
            return Err(Error::invalid("this is not a public key in one line; give the file that ends in .pub"));
        }
        if text.lines().count() > 1 {
            return Err(Error::invalid("give one public key, in one line"));
        }
        let mut words = text.splitn(3, ' ').map(str::trim);
        let name = words.next().unwrap_or_default();
        let Some(&(algorithm, parts)) = ALGORITHMS.iter().find(|(known, _)| *known == name) else {
            return Err(unknown(name));
        };
        let blob = STANDARD.decode(words.next().unwrap_or_default()).map_err(|_| damaged())?;
        check(algorithm, parts, &blob)?;
        Ok(Self { algorithm, blob, comment: Foreign::new(words.next().unwrap_or_default().trim()) })
    }

    /// `SHA256:` and the digest in base64, as `ssh-keygen -l` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&self.blob)))
    }

    /// The key in one line, without its comment.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.algorithm, STANDARD.encode(&self.blob))
    }
}

fn unknown(name: &str) -> Error {
    Error::invalid(match name {
        "ssh-dss" => "DSA keys are broken; make a new one with `ssh-keygen -t ed25519`",
        _ => "this is no SSH public key; it begins with its kind, for instance ssh-ed25519",
    })
}

fn damaged() -> Error {
    Error::invalid("the public key is damaged or cut off; copy the whole line again")
}

/// Takes the key apart: its name again, then its parts, then nothing.
fn check(algorithm: &str, count: usize, blob: &[u8]) -> Result<()> {
    let mut rest = blob;
    let name = take(&mut rest);
    let parts: Vec<&[u8]> = (0..count).map_while(|_| take(&mut rest)).collect();
    if name != Some(algorithm.as_bytes()) || parts.len() != count || !rest.is_empty() {
        return Err(damaged());
    }
    match (algorithm, &parts[..]) {
        ("ssh-ed25519" | "sk-ssh-ed25519@openssh.com", [key, ..]) if key.len() != 32 => Err(damaged()),
        ("ssh-rsa", [_, modulus]) if bits(modulus) < SHORTEST_RSA => Err(Error::invalid(format!(
            "this RSA key has {} bits, and {SHORTEST_RSA} are needed; make a new one with `ssh-keygen -t ed25519`",
            bits(modulus)
        ))),
        _ => Ok(()),
    }
}

/// The bits of a big number, without the zeros before it.
fn bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros).map_or(0, |first| (number.len() - zeros) * 8 - first.leading_zeros() as usize)
}

/// One part: four bytes of length and so many bytes.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (part, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(part)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    // Made by `ssh-keygen`, which also printed the fingerprints.
    const ED25519: (&str, &str) = (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMybCLtz/5mgwqr84kXjN0NA0fz91omf7sAmjJ1VF5Id ada at her desk",
        "SHA256:DZ4tlg0OHX2UxfpAslPB3radLncH78hwExOFfF+DDYI",
    );
    const ECDSA: (&str, &str) = (
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBK8lDMc55soTe1Wq7SLymZ5x6JbOM6JIkepmGGTwC8EmkM+hLS8bi4/FzveBCecTeZja7xrEugH2EBa6GpZkjd4= ada at her desk",
        "SHA256:nQDTd235zXhsNNjM9Gh5fmRDqv/wPjmuQB7MR56RlA8",
    );
    const RSA: (&str, &str) = (
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2u3S2ZpEwhxxqtkTMKnF22p+z8mk1RvJTM6CHTyS4bNCGlqJwHKu/7aXy6XPdEwfnI8inKocEy/xuEqlDARfJC7nPKhdE/IgFjwzfjPMQkU0XE6+9AJbgWZ5ssHbSOmTaNIhd16mBUoGeZ4VKmcORL+xdiSySTMdS/fB1XMYaSrWeMJ0cL03TwzebdPwWbmg8rj635ABlZ7IZxSypYtqIjo7aD+if+eDIpJsQ9DVQDFgEblpgfpxE5+LDFqjODkSRF2k6lMGtiX5t3I1urvJrR6MFgcdzuQDjpUlpsZ/T8x51JiPqvTpv0Eymw8WraKtOPsj9/fgwYr1lLOF9XgLv ada at her desk",
        "SHA256:WB4S+AInP01P/ozzSrjdIGkohW5L3w+RJFKC46pCum4",
    );
    const SHORT_RSA: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC9LKPjKKJMJIoMoN2YVxUUsGtiZd6jW61psIsccZgjlDQlvYbm/Z4d3B9PsGUtBTo63GoPFOr+VOAVItdjwgv3nAVJoEooRbo5p+mj1A5dB3A3MdE5Jx/zWAZ0hVMuZxsuqV55oA3IQdMphYFPtwoTnSxjYx4qGtDgfe/19Ib4fw== short";

    #[rstest]
    #[case(ED25519.0, ED25519.1)]
    #[case(ECDSA.0, ECDSA.1)]
    #[case(RSA.0, RSA.1)]
    fn a_key_has_the_fingerprint_that_ssh_keygen_prints(#[case] line: &str, #[case] fingerprint: &str) {
        let key = PublicKey::parse(line).unwrap();
        assert_eq!(key.fingerprint(), fingerprint);
        assert_eq!(key.comment.raw(), "ada at her desk");
        assert_eq!(PublicKey::parse(&key.line()).unwrap().fingerprint(), fingerprint);
    }

    #[test]
    fn what_is_no_key_is_refused_with_what_to_do() {
        let cut = &ED25519.0[..60];
        let other = ED25519.0.replacen("ssh-ed25519", "ssh-rsa", 1);
        for (text, words) in [
            ("", "no SSH public key"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", ".pub"),
            ("ssh-dss AAAA", "DSA"),
            ("ssh-ed25519", "damaged"),
            ("ssh-ed25519 %%%", "damaged"),
            (cut, "damaged"),
            (&other, "damaged"),
            (SHORT_RSA, "1024 bits"),
            ("command=\"x\" ssh-ed25519 AAAA", "no SSH public key"),
            ("a\nb", "one line"),
        ] {
            let error = PublicKey::parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text:?}: {error}");
        }
    }
}
