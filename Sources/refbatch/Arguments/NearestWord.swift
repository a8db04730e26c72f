// Which known word was probably meant.

/// The word that takes the fewest edits to reach; nil where none is near. Of equally near words
/// the first.
func nearestWord(to text: String, of words: [String]) -> String? {
  let wanted = Array(text.utf8)
  var best: (word: String, distance: Int)?
  for word in words {
    let distance = editDistance(wanted, Array(word.utf8))
    // Three letters of one word have little to do with three others.
    guard distance <= max(1, word.utf8.count / 3), distance < best?.distance ?? .max else {
      continue
    }
    best = (word, distance)
  }
  return best?.word
}

/// How many bytes have to be inserted, removed, replaced or swapped with their neighbour.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  // A word beyond any option's length is near to none of them.
  guard left.count <= 64, right.count <= 64 else { return .max }
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  for row in left.indices {
    var current = [row + 1]
    for column in right.indices {
      let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
      var least = min(replaced, last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        least = min(least, beforeLast[column - 1] + 1)
      }
      current.append(least)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}
