use rstest::rstest;

use super::*;
use crate::testing::on_both;

#[rstest]
#[case(Role::Owner, [true, true, true, true])]
#[case(Role::Admin, [true, true, true, false])]
#[case(Role::Manager, [true, true, false, false])]
#[case(Role::Viewer, [true, false, false, false])]
fn a_role_may_what_the_matrix_says(#[case] role: Role, #[case] may: [bool; 4]) {
    let asked = [Capability::View, Capability::Edit, Capability::Configure, Capability::Own];
    assert_eq!(asked.map(|capability| role.may(capability)), may);
}

#[tokio::test]
async fn the_last_owner_stays_one() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        add(&studio, &owner, "Ada@Example.com", None, Role::Owner).await.unwrap();
        assert!(set_role(&studio, &owner, "ada@example.com", Role::Viewer).await.is_err());
        add(&studio, &owner, "bo@example.com", Some("Bo"), Role::Owner).await.unwrap();
        remove(&studio, &owner, "ada@example.com").await.unwrap();
        let left = list(&mut studio.db.read().await.unwrap()).await.unwrap();
        assert_eq!(left.iter().map(|admin| admin.email.as_str()).collect::<Vec<_>>(), ["bo@example.com"]);
    })
    .await;
}

#[tokio::test]
async fn an_email_is_on_the_staff_once_whatever_its_case() {
    on_both(|studio| async move {
        let owner = Actor::local_owner();
        add(&studio, &owner, "ada@example.com", None, Role::Admin).await.unwrap();
        let again = add(&studio, &owner, "ADA@example.com", None, Role::Admin).await.unwrap_err();
        assert!(again.to_string().contains("on the staff already"));
        let manager = Actor::Admin { id: None, role: Role::Manager };
        assert!(matches!(
            add(&studio, &manager, "c@example.com", None, Role::Viewer).await,
            Err(Error::Forbidden { .. })
        ));
    })
    .await;
}
