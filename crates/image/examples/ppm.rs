fn main() {
    let a: Vec<String> = std::env::args().collect();
    let im = glimpse_image::decode(&std::fs::read(&a[1]).unwrap()).unwrap();
    let mut out = format!("P6\n{} {}\n255\n", im.width(), im.height()).into_bytes();
    out.extend_from_slice(im.as_raw());
    std::fs::write(&a[2], out).unwrap();
}
