// Lists right after a run, and whose they are.
import Pipeline
import Stages
import Testing

@testable import refbatch

@Suite struct ListOrderTests {
  @Test func `a list waits for whoever puts it in order, everything else does not`() throws {
    let story = try SeedsStory.told()
    let asking = try Asking(story.root)
    asking.reading.leavesListsToOthers = true
    #expect(try asking.get("/api/v1/referrals/history", "", .affiliate, "a1").body == "later")
    #expect(try asking.get("/companies/conversions", "", .company, "p1").body == "later")
    #expect(try asking.get("/api/v1/referrals/tier", "", .affiliate, "a1").status == 200)
    #expect(try asking.get("/companies/dashboard", "", .company, "p1").status == 200)
    let other = try StoreReading(of: Workspace(story.root + "/ws"))
    try other.begin()
    try other.prepareLists()
    other.end()
    #expect(try asking.get("/api/v1/referrals/history", "", .affiliate, "a1").status == 200)
    #expect(try asking.get("/companies/conversions", "", .company, "p1").status == 200)
  }

  @Test func `the best affiliates are those with a code, not who earns by its invited ones alone`()
    throws
  {
    let story = try SeedsStory()
    try story.run(
      1, "2026-03-31",
      [
        .programs: "program_id,currency\np1,USD\n",
        .affiliates: """
        affiliate_id,email,master_id,fee_percentage
        boss,boss@x.test,,
        bob,bob@x.test,boss,5
        zoe,zoe@x.test,,

        """,
        .codes: "code,affiliate_id,program_id\nBOB1,bob,p1\nZOE1,zoe,p1\n",
        .clicks: "click_id,occurred_at,code\nc1,2026-03-10T10:00:00Z,BOB1\n",
        .orders: """
        order_id,occurred_at,program_id,click_id,amount
        o1,2026-03-10T12:00:00Z,p1,c1,100.00

        """,
      ])
    let asking = try Asking(story.root)
    let body = try asking.get("/companies/dashboard", "", .company, "p1").body
    #expect(body.contains(#""affiliateCount":2"#))
    #expect(body.contains(#""affiliateId":"bob""#))
    #expect(!body.contains("boss"))
    // Without a code the first programme is the one of the orders that its invited ones brought.
    let boss = try asking.get("/affiliates/earnings", "", .affiliate, "boss").body
    #expect(boss.contains(#""earned":40,"count":1"#))
  }
}
