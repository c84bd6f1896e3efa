//! Linear layers with their epilogue (bias, activation and residual) in one launch, which unpacks a packed weight as it goes.

use std::sync::atomic::{AtomicBool, Ordering};

use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use cubecl::{CubeCount, CubeDim};

use super::launch::{contiguous, empty, vector_size};
use super::{register_tile, workgroup_tile};
use crate::backend::Epilogue;
use crate::{Activation, Packing};

/// Where the invocations of a linear layer keep what they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinearTiles {
    /// Each in its own registers, which share nothing: for adapters that compute on the CPU.
    Registers,
    /// In the memory of their workgroup: for hardware of its own, whose memory is far from its many cores.
    WorkgroupMemory,
}

/// The most workgroups along a side of a launch's grid that every device allows.
const MOST_GROUPS: usize = 65_535;

/// burn opens a GPU once per process, and so is this one choice.
static IN_REGISTERS: AtomicBool = AtomicBool::new(false);

/// Has linear layers on the GPU computed like this from now on; in the memory of workgroups, unless told.
pub fn set_linear_tiles(tiles: LinearTiles) {
    IN_REGISTERS.store(tiles == LinearTiles::Registers, Ordering::Relaxed);
}

/// Which parts an epilogue has, known when the kernel is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EpilogueFlags {
    pub packing: Option<Packing>,
    pub bias: bool,
    pub activation: Activation,
    pub residual: bool,
}

/// Applies the epilogue to a sum; `beside` is the place of its residual.
#[cube]
pub fn finished(
    sum: f32,
    column: usize,
    beside: usize,
    scales: &[f32],
    bias: &[f32],
    residual: &[f32],
    #[comptime] epilogue: EpilogueFlags,
) -> f32 {
    let mut sum = sum;
    if comptime!(epilogue.packing.is_some()) {
        sum *= scales[column];
    }
    if comptime!(epilogue.bias) {
        sum += bias[column];
    }
    sum = activate(sum, epilogue.activation);
    if comptime!(epilogue.residual) {
        sum += residual[beside];
    }
    sum
}

#[cube]
pub fn activate(value: f32, #[comptime] activation: Activation) -> f32 {
    match activation {
        Activation::None => value,
        Activation::QuickGelu => value / (1.0f32 + f32::exp(value * -1.702f32)),
        Activation::Gelu => {
            let half = value * 0.5f32;
            half + half * Erf::erf(value * core::f32::consts::FRAC_1_SQRT_2)
        }
        Activation::Relu6 => clamp(value, 0.0f32, 6.0f32),
    }
}

/// The tile of the output that a workgroup computes.
#[derive(Clone, Copy)]
enum Tile {
    Registers,
    Workgroup { across: usize },
}

impl Tile {
    /// The large tile fetches half as often, but only where enough of them come together to keep a GPU's cores busy.
    fn of([rows, columns]: [usize; 2]) -> Self {
        const LARGE: Tile = Tile::Workgroup { across: 16 };
        const ENOUGH: usize = 64;
        if IN_REGISTERS.load(Ordering::Relaxed) {
            return Self::Registers;
        }
        let [large_rows, large_columns] = LARGE.shape();
        if rows.div_ceil(large_rows) * columns.div_ceil(large_columns) >= ENOUGH {
            LARGE
        } else {
            Self::Workgroup { across: 8 }
        }
    }

    /// Invocations along the columns, and along the rows.
    fn invocations(self) -> (usize, usize) {
        match self {
            Self::Registers => (register_tile::GROUP, 1),
            Self::Workgroup { across } => (across, across),
        }
    }

    /// Rows and columns.
    fn shape(self) -> [usize; 2] {
        match self {
            Self::Registers => [
                register_tile::ROWS,
                register_tile::COLUMNS * register_tile::GROUP,
            ],
            Self::Workgroup { across } => [workgroup_tile::EACH * across; 2],
        }
    }
}

/// A weight as it lies.
pub struct Stored {
    /// The numbers, `[columns, depth]`, or their words, `[columns, words]`.
    pub rows: CubeTensor,
    /// Of words: what each row is to be multiplied with, `[columns]`, and how numbers stand in them.
    pub packed: Option<(CubeTensor, Packing)>,
}

pub fn launch(
    input: FloatTensor<CubeBackend>,
    weight: Stored,
    epilogue: Epilogue<CubeTensor>,
) -> FloatTensor<CubeBackend> {
    let input = contiguous(input);
    let mut shape: Shape = input.meta.shape().clone();
    let last = shape.num_dims() - 1;
    let depth = shape[last];
    let rows = shape.num_elements() / depth;
    let Stored {
        rows: stored,
        packed,
    } = weight;
    let weight = contiguous(stored);
    // A buffer must be bound where none is read; one that is read anyway can be.
    let (scales, packing) = match packed {
        None => (weight.clone(), None),
        Some((scales, packing)) => (contiguous(scales), Some(packing)),
    };
    let columns = weight.meta.shape()[0];
    let (size, words) = match packing {
        None => (vector_size(&[depth]), vector_size(&[depth])),
        Some(packing) => (4, 4 / packing.per_word()),
    };
    shape[last] = columns;
    let output = empty(&input, shape);
    let flags = EpilogueFlags {
        packing,
        bias: epilogue.bias.is_some(),
        activation: epilogue.activation,
        residual: epilogue.residual.is_some(),
    };
    let residual_rows = epilogue
        .residual
        .as_ref()
        .map_or(1, |residual| residual.meta.shape().num_elements() / columns);
    let bias = epilogue.bias.map_or_else(|| scales.clone(), contiguous);
    let residual = epilogue.residual.map_or_else(|| scales.clone(), contiguous);
    let tile = Tile::of([rows, columns]);
    let launch = match (tile, packing) {
        (Tile::Registers, None) => register_tile::register_tile::launch_unchecked::<f32>,
        (Tile::Registers, Some(_)) => register_tile::register_tile::launch_unchecked::<i32>,
        (Tile::Workgroup { .. }, None) => workgroup_tile::workgroup_tile::launch_unchecked::<f32>,
        (Tile::Workgroup { .. }, Some(_)) => {
            workgroup_tile::workgroup_tile::launch_unchecked::<i32>
        }
    };
    let (across, along) = tile.invocations();
    let [tile_rows, tile_columns] = tile.shape();
    let down = rows.div_ceil(tile_rows);
    let grids = down.div_ceil(MOST_GROUPS);
    let groups = CubeCount::Static(
        columns.div_ceil(tile_columns) as u32,
        down.div_ceil(grids) as u32,
        grids as u32,
    );
    let client = output.client.clone();
    // Every index is kept within its buffer by the kernels' selects.
    #[expect(
        unsafe_code,
        reason = "launching without bounds checks, which the kernels make themselves"
    )]
    unsafe {
        launch(
            &client,
            groups,
            CubeDim::new_2d(across as u32, along as u32),
            size,
            words,
            input.into_buffer_arg(),
            weight.into_buffer_arg(),
            scales.into_buffer_arg(),
            bias.into_buffer_arg(),
            residual.into_buffer_arg(),
            output.clone().into_buffer_arg(),
            rows,
            residual_rows,
            depth / size,
            columns,
            across,
            flags,
        );
    }
    output
}
