//! What the defences must know of a model beforehand, found on cases that the figures do not count.

use anyhow::{Context, Result};
use glimpse::Defence;
use glimpse::defence::{HeadShare, text_directions};
use pollster::block_on;
use serde::Serialize;

use super::cases::{Cases, best};

/// How many cases.
pub const CASES: usize = 120;
/// The attention that an ablated head's class token gives itself.
const ALPHA: f32 = 0.9;
/// What ablating heads may cost of the clean pictures that were right, as a share of all.
const CLEAN_COST: f32 = 0.02;
/// How many clean pictures the mirror's alarm may go off at, as a share.
const FALSE_ALARMS: f32 = 0.05;
/// Directions of text that are projected out.
const DIRECTIONS: usize = 4;

/// The defences' settings.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// `[layer, head]` of the heads that are ablated, hardest lookers at text first.
    pub heads: Vec<[usize; 2]>,
    /// The attention that their class token gives itself.
    pub alpha: f32,
    /// Below this cosine of a picture and its mirror image, text is suspected.
    pub gate: f32,
    /// Orthonormal directions of text, `[directions][projection_dim]`.
    pub basis: Vec<Vec<f32>>,
}

impl Calibration {
    /// Looks at [`CASES`] cases, clean and attacked.
    ///
    /// # Errors
    /// When there is too little art, or the model cannot be run.
    pub fn of(cases: &Cases) -> Result<Self> {
        let mut differences = Vec::with_capacity(CASES);
        let mut cosines = Vec::with_capacity(CASES);
        let mut shares: Vec<HeadShare> = Vec::new();
        for number in 0..CASES {
            let case = cases.calibrated(number)?;
            let attacked = cases.letter(&case, &case.spec)?;
            let clean = cases.embedding(&case.clean)?;
            let shifted = cases.embedding(&attacked.image)?;
            differences.push(shifted.iter().zip(&clean).map(|(a, b)| a - b).collect());
            let mirrored = cases.defend(&case, &Defence::Mirror, &case.clean)?;
            cosines.push(mirrored.alarm.context("the mirror has a cosine")?);
            let looked = cases
                .classifier
                .head_shares(&attacked.image, &attacked.corners);
            add(&mut shares, block_on(looked)?);
        }
        shares.sort_by(|a, b| b.share.total_cmp(&a.share));
        cosines.sort_by(f32::total_cmp);
        Ok(Self {
            heads: affordable(cases, &shares)?,
            alpha: ALPHA,
            gate: cosines[(FALSE_ALARMS * CASES as f32) as usize],
            basis: text_directions(&differences, DIRECTIONS),
        })
    }
}

/// Sums the shares of each head over cases.
fn add(sums: &mut Vec<HeadShare>, shares: Vec<HeadShare>) {
    if sums.is_empty() {
        *sums = shares;
        return;
    }
    for share in shares {
        let same = |sum: &&mut HeadShare| (sum.layer, sum.head) == (share.layer, share.head);
        if let Some(sum) = sums.iter_mut().find(same) {
            sum.share += share.share;
        }
    }
}

/// Takes heads in the order of their shares for as long as clean pictures stay right.
fn affordable(cases: &Cases, shares: &[HeadShare]) -> Result<Vec<[usize; 2]>> {
    let right = |heads: &[[usize; 2]]| -> Result<usize> {
        let defence = Defence::Heads {
            heads: heads.to_vec(),
            alpha: ALPHA,
        };
        let mut right = 0;
        for number in 0..CASES {
            let case = cases.calibrated(number)?;
            let answer = best(cases.defend(&case, &defence, &case.clean)?)?;
            right += usize::from(answer == case.truth());
        }
        Ok(right)
    };
    let least = right(&[])? as f32 - CLEAN_COST * CASES as f32;
    let mut taken = Vec::new();
    for share in shares {
        taken.push([share.layer, share.head]);
        if (right(&taken)? as f32) < least {
            taken.pop();
            break;
        }
    }
    Ok(taken)
}
