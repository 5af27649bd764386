use super::*;
use crate::execute;
use crate::journey::fixture::{begun, deliver, owner, reread};
use crate::testing::{on_both, paper};

#[tokio::test]
async fn the_certificate_comes_with_the_eighth_month() {
    on_both(|studio| async move {
        let ada = begun(&studio, "Ada Obi", "2026-03-30").await;
        let herself = Actor::Client(ada.id.clone());
        for month in 1..=7 {
            deliver(&studio, &ada, month).await;
        }
        let early = certificate(&studio, &herself, &ada.id).await.unwrap_err().to_string();
        assert!(early.starts_with("there is no certificate yet"), "{early}");
        assert!(!has_certificate(&mut studio.db.read().await.unwrap(), &ada).await.unwrap());

        deliver(&studio, &ada, 8).await;
        let mut tx = studio.db.write().await.unwrap();
        execute!(tx, "UPDATE clients SET brand_name = 'Kente & Co' WHERE id = $1", &ada.id).unwrap();
        tx.commit().await.unwrap();
        let file = certificate(&studio, &herself, &ada.id).await.unwrap();
        assert_eq!((file.name.as_str(), file.mime), ("certificate.pdf", "application/pdf"));
        assert_eq!(certificate(&studio, &owner(), &ada.id).await.unwrap(), file, "the same for the studio");
        let ada = reread(&studio, &ada.id).await;
        assert!(has_certificate(&mut studio.db.read().await.unwrap(), &ada).await.unwrap());
        let Some(text) = paper::text(&file.bytes) else { return };
        for part in [
            "Ada Obi",
            "Kente & Co",
            "30 March 2026",
            "8 of 8 months",
            "Wavelaunch Studio",
            "Certificate of Completion",
        ] {
            assert!(text.contains(part), "no {part:?} in {text}");
        }

        let bo = begun(&studio, "Bo Li", "2026-03-30").await;
        let refused = certificate(&studio, &Actor::Client(bo.id), &ada.id).await.unwrap_err();
        assert!(matches!(refused, Error::NotFound(_)));
    })
    .await;
}
