// The ids that the product derives from content, so that they are the same in any run.
public import Pipeline

/// A conversion's id: `conv_` and 32 hexadecimal digits of a hash of (program_id, order_id), one
/// for each order (SPEC 9, Orders).
public func conversionID(program: ProgramID, order: OrderID) -> Text {
  Text("conv_" + pairDigest(program.text, order.text).description)
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
