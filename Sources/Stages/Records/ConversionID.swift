// The ids that the product derives from content, so that they are the same in any run.
public import Pipeline

/// A conversion's id: `conv_` and 32 hexadecimal digits of a hash of (program_id, order_id), one
/// for each order (SPEC 9, Orders).
public func conversionID(program: ProgramID, order: OrderID) -> Text {
  Text("conv_" + pairDigest(program.text, order.text).description)
}

/// The hash in a conversion's id; nil where the text is no such id.
func conversionHash(_ id: Text) -> Digest128? {
  let bytes = id.utf8
  guard bytes.count == 37, bytes.starts(with: "conv_".utf8) else { return nil }
  var digest = Digest128(high: 0, low: 0)
  for byte in bytes.dropFirst(5) {
    let digit: UInt8
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
    default: return nil
    }
    digest.high = digest.high << 4 | digest.low >> 60
    digest.low = digest.low << 4 | UInt64(digit)
  }
  return digest
}

/// The hash in the id of an order's conversion.
func conversionHash(program: ProgramID, order: OrderID) -> Digest128 {
  pairDigest(program.text, order.text)
}

/// A referral's id where its row gives none: `ref_` and 32 hexadecimal digits of a hash of (code,
/// lead_email) as written (SPEC 10, Tiers and rewards).
public func referralID(code: Code, leadEmail: Text?) -> ReferralID {
  ReferralID(Text("ref_" + pairDigest(code.text, leadEmail ?? "").description))
}

/// The content hash of two texts with U+001F between them.
private func pairDigest(_ first: Text, _ second: Text) -> Digest128 {
  var bytes = Array(first.utf8)
  bytes.append(0x1F)
  bytes.append(contentsOf: second.utf8)
  return ByteView.withBytes(of: bytes) { ContentHash.digest(of: $0) }
}
