//! `demo --headless`: days of a studio's life in foul weather, and what they came to.

use crate::home::Home;

#[test]
fn a_rehearsal_prints_what_it_came_to() {
    let home = Home::new();
    let days = ["demo", "--headless", "--days", "6", "--seed", "5", "--faults", "0.05"];
    let totals = home.run(&[&days[..], &["--json"]].concat()).ok().json();
    assert_eq!((&totals["days"], &totals["seed"]), (&6.into(), &5.into()));
    assert!(totals["arrived"]["activated"].as_u64().unwrap() >= 1, "{totals}");
    assert!(!totals["faults"].as_object().unwrap().is_empty(), "{totals}");
    assert!(home.run(&days).ok().stdout.contains("every promise was kept on each of 6 days"));
    assert!(!home.database().exists(), "a rehearsal leaves the studio's own database alone");
}

#[test]
fn a_rehearsal_asks_for_what_it_can_use() {
    let home = Home::new();
    for wrong in [&["--faults", "0.7"][..], &["--faults", "often"], &["--days", "0"], &["--seed", "-1"]] {
        let refused = home.run(&[&["demo", "--headless"], wrong].concat());
        assert_eq!(refused.code, 2, "{wrong:?}: {}", refused.stderr);
    }
    assert_eq!(home.run(&["demo", "--faults", "0.1"]).code, 2, "nobody wants to watch a demonstration fail");
}
