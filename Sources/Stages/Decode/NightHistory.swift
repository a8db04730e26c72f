// What judging a night's rows asks of earlier runs. The store answers it.
public import Pipeline

/// Earlier runs, as far as the rows of a night refer to them.
public protocol NightHistory {
  /// Whether a row of this content was ever accepted or filtered.
  func hasContent(_ kind: InputKind, _ digest: Digest128) throws -> Bool

  /// The programme of an accepted referral; nil where there is none with this id.
  func program(ofReferral id: ReferralID) throws -> ProgramOrdinal?

  /// Whether a lead of this normalised e-mail's key counts in the programme already.
  func hasLead(_ email: Digest128, in program: ProgramOrdinal) throws -> Bool

  /// The programmes that have a conversion of this order, ascending.
  func programs(havingOrder id: OrderID) throws -> [ProgramOrdinal]

  /// Whether a programme has a conversion of this order.
  func hasOrder(_ id: OrderID, in program: ProgramOrdinal) throws -> Bool

  /// The orders of those of the texts that are conversions' ids, `conv_` included. All are asked
  /// for at once, because an id does not tell where its order stands.
  func orders(
    ofConversions ids: Set<Text>
  ) throws -> [Text: (program: ProgramOrdinal, order: OrderID)]

  /// The programme of a payout; nil where there is none with this id.
  func program(ofPayout id: Text) throws -> ProgramOrdinal?
}
