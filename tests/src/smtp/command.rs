//! What a client may say.

/// One command, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// Who greets.
    Ehlo(String),
    /// Encrypt from here on.
    Starttls,
    /// A mechanism, and its first words if they come along.
    Auth(String, Option<String>),
    /// The sender, and what the server must know.
    Mail { from: String, parameters: Parameters },
    /// A recipient.
    Rcpt(String),
    /// The text follows.
    Data,
    /// Forget this message.
    Rset,
    /// Are you there?
    Noop,
    /// Good-bye.
    Quit,
}

/// What comes with a sender.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    /// The text has eight-bit bytes.
    pub eight_bit: bool,
    /// Addresses or headers have other letters than ASCII.
    pub utf8: bool,
    /// How long the text will be.
    pub size: Option<usize>,
}

/// An answer that refuses: its code and words.
pub(super) type Refusal = (u16, String);

/// Reads a line; it has its end.
pub(super) fn read(line: &[u8]) -> Result<Command, Refusal> {
    let no = |code, why: &str| Err((code, why.to_owned()));
    let Some(text) = line.strip_suffix(b"\r\n") else { return no(500, "5.5.2 a line must end with CR LF") };
    let Ok(text) = std::str::from_utf8(text) else { return no(500, "5.5.2 a command must be text") };
    if text.contains(['\r', '\0']) {
        return no(500, "5.5.2 a command must not hold CR or NUL");
    }
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let verb = verb.to_ascii_uppercase();
    if line.len() > 512 && verb != "AUTH" {
        return no(500, "5.5.6 the line is too long");
    }
    let alone = |command| if rest.is_empty() { Ok(command) } else { no(501, "5.5.4 no arguments are taken") };
    match verb.as_str() {
        "EHLO" if is_name(rest) => Ok(Command::Ehlo(rest.to_owned())),
        "EHLO" => no(501, "5.5.4 say who you are: a domain or an address in brackets"),
        "HELO" => no(502, "5.5.1 this server wants EHLO"),
        "STARTTLS" => alone(Command::Starttls),
        "AUTH" => {
            let (mechanism, first) =
                rest.split_once(' ').map_or((rest, None), |(m, first)| (m, Some(first.to_owned())));
            Ok(Command::Auth(mechanism.to_ascii_uppercase(), first))
        }
        "MAIL" => sender(rest),
        "RCPT" => match path(rest, "TO:") {
            Some((address, "")) if !address.is_empty() => Ok(Command::Rcpt(address.to_owned())),
            Some((_, more)) if !more.is_empty() => no(555, "5.5.4 no parameters are known here"),
            _ => no(501, "5.5.4 write RCPT TO:<address>"),
        },
        "DATA" => alone(Command::Data),
        "RSET" => alone(Command::Rset),
        "NOOP" => Ok(Command::Noop),
        "QUIT" => alone(Command::Quit),
        _ => no(500, "5.5.2 no such command"),
    }
}

fn sender(rest: &str) -> Result<Command, Refusal> {
    let Some((from, more)) = path(rest, "FROM:") else {
        return Err((501, "5.5.4 write MAIL FROM:<address>".into()));
    };
    let mut parameters = Parameters::default();
    for word in more.split(' ').filter(|word| !word.is_empty()) {
        match word.to_ascii_uppercase().split_once('=') {
            Some(("BODY", "8BITMIME")) => parameters.eight_bit = true,
            Some(("BODY", "7BIT")) => {}
            Some(("SIZE", size)) => {
                parameters.size = Some(size.parse().map_err(|_| (501, "5.5.4 SIZE is a number".to_owned()))?);
            }
            None if word.eq_ignore_ascii_case("SMTPUTF8") => parameters.utf8 = true,
            _ => return Err((555, format!("5.5.4 the parameter {word} is not known"))),
        }
    }
    Ok(Command::Mail { from: from.to_owned(), parameters })
}

/// The address between brackets right behind `word`, and what follows.
fn path<'a>(rest: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (head, tail) = (rest.get(..word.len())?, rest.get(word.len()..)?);
    let inner = tail.strip_prefix('<').filter(|_| head.eq_ignore_ascii_case(word))?;
    let (address, more) = inner.split_once('>')?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '<';
    (address.is_empty() || (is_address(address) && address.chars().all(plain))).then(|| (address, more.trim_start()))
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    (1..=64).contains(&local.len()) && !domain.is_empty() && text.len() <= 254
}

/// A domain, or an address in brackets.
fn is_name(text: &str) -> bool {
    let literal = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let is_domain = |text: &str| {
        !text.is_empty() && text.len() <= 255 && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
    };
    literal
        .map_or_else(|| is_domain(text), |inner| inner.trim_start_matches("IPv6:").parse::<std::net::IpAddr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_to_the_letter() {
        assert_eq!(read(b"EHLO studio.example.com\r\n"), Ok(Command::Ehlo("studio.example.com".into())));
        let parameters = Parameters { eight_bit: true, utf8: false, size: Some(12) };
        assert_eq!(
            read(b"mail from:<a@b.example> BODY=8BITMIME SIZE=12\r\n"),
            Ok(Command::Mail { from: "a@b.example".into(), parameters })
        );
        assert_eq!(read(b"RCPT TO:<a@b.example>\r\n"), Ok(Command::Rcpt("a@b.example".into())));
        for (line, code) in [
            (&b"DATA\n"[..], 500),
            (b"EHLO \r\n", 501),
            (b"EHLO two words\r\n", 501),
            (b"MAIL FROM: <a@b.example>\r\n", 501),
            (b"MAIL FROM:<a@b.example> COLOUR=red\r\n", 555),
            (b"RCPT TO:<>\r\n", 501),
            (b"RCPT TO:<a b@c.example>\r\n", 501),
            (b"DATA now\r\n", 501),
            (b"TURN\r\n", 500),
        ] {
            assert_eq!(read(line).unwrap_err().0, code, "{}", String::from_utf8_lossy(line));
        }
    }
}
