using System.Buffers.Binary;
using System.Numerics;
using HubertSharp.Runs;
using HubertSharp.Runs.Pickle;

namespace HubertSharp.Tests.Pickle;

public class RestrictedPickleTests
{
    private static readonly PicklePolicy Plain = new() { Globals = new HashSet<string> { "_codecs.encode" } };

    // {'a': [1, -2, 3.5, True, None, 2**70], 't': ('x', b'\x00\xff', 'é'), 'n': {'m': []}, 's': 'line\n'}, by CPython's pickle.dumps
    [Theory]
    [InlineData(
        "KGRwMApWYQpwMQoobHAyCkkxCmFJLTIKYUYzLjUKYUkwMQphTmFMMTE4MDU5MTYyMDcxNzQxMTMwMzQyNEwKYXNWdApwMwooVngKcDQKY19jb2RlY3MKZW5jb2RlCnA1Ci"
        + "hWXHUwMDAw/wpwNgpWbGF0aW4xCnA3CnRwOApScDkKVukKcDEwCnRwMTEKc1ZuCnAxMgooZHAxMwpWbQpwMTQKKGxwMTUKc3NWcwpwMTYKVm"
        + "xpbmVcdTAwMGEKcDE3CnMu")]
    [InlineData(
        "fXEAKFgBAAAAYXEBXXECKEsBSv7///9HQAwAAAAAAABJMDEKTkwxMTgwNTkxNjIwNzE3NDExMzAzNDI0TAplWAEAAAB0cQMoWAEAAAB4cQRjX2NvZGVjcwplbmNvZGUKcQ"
        + "UoWAMAAAAAw79xBlgGAAAAbGF0aW4xcQd0cQhScQlYAgAAAMOpcQp0cQtYAQAAAG5xDH1xDVgBAAAAbXEOXXEPc1gBAAAAc3EQWAUAAABsaW5lCnERdS4=")]
    [InlineData(
        "gAJ9cQAoWAEAAABhcQFdcQIoSwFK/v///0dADAAAAAAAAIhOigkAAAAAAAAAAEBlWAEAAAB0cQNYAQAAAHhxBGNfY29kZWNzCmVuY29kZQpxBVgDAAAAAMO/"
        + "cQZYBgAAAGxhdGluMXEHhnEIUnEJWAIAAADDqXEKh3ELWAEAAABucQx9cQ1YAQAAAG1xDl1xD3NYAQAAAHNxEFgFAAAAbGluZQpxEXUu")]
    [InlineData(
        "gAN9cQAoWAEAAABhcQFdcQIoSwFK/v///0dADAAAAAAAAIhOigkAAAAAAAAAAEBlWAEAAAB0cQNYAQAAAHhxBEMCAP9xBVgCAAAAw6lxBodxB1gBAAAAbnEIfXEJWAEAAA"
        + "BtcQpdcQtzWAEAAABzcQxYBQAAAGxpbmUKcQ11Lg==")]
    [InlineData(
        "gASVVwAAAAAAAAB9lCiMAWGUXZQoSwFK/v///0dADAAAAAAAAIhOigkAAAAAAAAAAEBljAF0lIwBeJRDAgD/"
        + "lIwCw6mUh5SMAW6UfZSMAW2UXZRzjAFzlIwFbGluZQqUdS4=")]
    [InlineData(
        "gAWVVwAAAAAAAAB9lCiMAWGUXZQoSwFK/v///0dADAAAAAAAAIhOigkAAAAAAAAAAEBljAF0lIwBeJRDAgD/"
        + "lIwCw6mUh5SMAW6UfZSMAW2UXZRzjAFzlIwFbGluZQqUdS4=")]
    public void Every_protocol_gives_the_same_values(string base64)
    {
        var root = Assert.IsType<PickleMap>(Read(Convert.FromBase64String(base64)));
        Assert.Equal([1L, -2L, 3.5, true, null, BigInteger.Pow(2, 70)], Assert.IsType<List<object?>>(root["a"]));
        var tuple = Assert.IsType<object?[]>(root["t"]);
        Assert.Equal("x", tuple[0]);
        if (tuple[1] is byte[] bytes)
            Assert.Equal([0, 255], bytes);
        else
            Assert.Equal("\0ÿ", Assert.IsType<object?[]>(Assert.IsType<PickleObject>(tuple[1]).Arguments)[0]);
        Assert.Equal("é", tuple[2]);
        Assert.Empty(Assert.IsType<List<object?>>(Assert.IsType<PickleMap>(root["n"])["m"]));
        Assert.Equal("line\n", root["s"]);
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'echo hi'\ntR.", "os.system")]
    [InlineData("\u0080\u0004\u008c\u0008builtins\u008c\u0004eval\u0093.", "builtins.eval")]
    [InlineData("(S'x'\nios\nsystem\n.", "os.system")]
    public void A_name_that_is_not_on_the_list_is_named(string pickle, string name)
    {
        var fault = Fault([.. pickle.Select(c => (byte)c)]);
        Assert.Contains($"(found {name})", fault);
        Assert.Contains("nothing is ever run", fault);
    }

    [Fact]
    public void Extension_codes_persistent_ids_and_unknown_bytes_are_refused()
    {
        foreach (var opcode in new byte[] { 0x82, 0x83, 0x84, (byte)'P', (byte)'Q', 0x97, 0x98, 0xff })
            Assert.Contains("no instruction", Fault([0x80, 4, (byte)'N', opcode, 1, 1, 1, 1, (byte)'\n', (byte)'.']));
    }

    [Theory]
    [InlineData(0x8e)] // BINBYTES8
    [InlineData(0x8d)] // BINUNICODE8
    [InlineData(0x96)] // BYTEARRAY8
    public void A_length_beyond_the_file_allocates_nothing(byte opcode)
    {
        var pickle = new byte[12];
        pickle[0] = opcode;
        foreach (var length in new ulong[] { 4, 1 << 30, int.MaxValue, ulong.MaxValue, 1UL << 63 })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(pickle.AsSpan(1), length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Fault(pickle);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Deep_nesting_and_a_flood_of_values_end_in_a_line()
    {
        Fault([.. Enumerable.Repeat((byte)'(', 100_000)]);
        var nested = Read([.. Enumerable.Repeat((byte)']', 100_000), .. Enumerable.Repeat((byte)'a', 99_999), (byte)'.']);
        Assert.IsType<List<object?>>(nested);
        Assert.Contains("limits", Fault([.. Enumerable.Repeat((byte)'}', 3_000_000)]));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData("(a.")]
    [InlineData("Nb.")]
    [InlineData("NNs.")]
    [InlineData("R.")]
    [InlineData("h\u0001.")]
    [InlineData("I12x\n.")]
    [InlineData("t.")]
    [InlineData("(N.")]
    public void Instructions_without_their_values_end_in_a_line(string pickle)
    {
        if (pickle == "(N.")
            Assert.Null(Read([.. pickle.Select(c => (byte)c)])); // the mark below is left behind, as in Python
        else
            Fault([.. pickle.Select(c => (byte)c)]);
    }

    private static object? Read(byte[] pickle) => RestrictedPickle.Read(new PickleInput("x.pkl", pickle), Plain);

    private static string Fault(byte[] pickle)
    {
        var fault = Assert.Throws<UserException>(() => Read(pickle));
        Assert.StartsWith("x.pkl: ", fault.Message);
        return fault.Message;
    }
}
