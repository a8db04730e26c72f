// Where the program starts.

@main
struct Refbatch {
  static func main() {}
}
