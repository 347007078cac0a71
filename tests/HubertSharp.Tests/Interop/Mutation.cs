using System.Buffers.Binary;

namespace HubertSharp.Tests.Interop;

/// <summary>Changes to a file that readers must survive: where its structure lies, more often than in its numbers.</summary>
internal static class Mutation
{
    private static readonly long[] s_lengths =
    [
        0, 1, 127, 128, 255, 256, 65535, 65536, int.MaxValue, uint.MaxValue, (long)uint.MaxValue + 1, long.MaxValue, -1, long.MinValue,
    ];

    /// <param name="bytes">The whole file; it is changed.</param>
    /// <param name="random">Decides everything.</param>
    /// <param name="other">Another file, for pieces of it.</param>
    public static byte[] Apply(byte[] bytes, Random random, Func<byte[]> other)
    {
        for (var count = random.Next(1, 4); count > 0 && bytes.Length > 16; count--)
        {
            switch (random.Next(9))
            {
                case 0 or 1 or 2: // some bytes
                    for (var i = random.Next(1, 6); i > 0; i--)
                        bytes[Place(bytes, random)] = (byte)random.Next(256);
                    break;
                case 3: // one bit
                    bytes[Place(bytes, random)] ^= (byte)(1 << random.Next(8));
                    break;
                case 4: // a length
                    var at = Math.Min(Place(bytes, random), bytes.Length - 8);
                    var length = s_lengths[random.Next(s_lengths.Length)];
                    if (random.Next(2) == 0)
                        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), length);
                    else
                        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), unchecked((int)length));
                    break;
                case 5: // cut off
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                case 6: // a piece left out or repeated
                    var (from, size) = (Place(bytes, random), random.Next(1, 64));
                    size = Math.Min(size, bytes.Length - from);
                    bytes = random.Next(2) == 0
                        ? [.. bytes[..from], .. bytes[(from + size)..]]
                        : [.. bytes[..(from + size)], .. bytes[from..]];
                    break;
                case 7: // a piece from elsewhere in the file
                    var piece = bytes.AsSpan(Place(bytes, random));
                    piece = piece[..Math.Min(piece.Length, random.Next(1, 64))];
                    var target = Math.Min(Place(bytes, random), bytes.Length - piece.Length);
                    piece.ToArray().CopyTo(bytes, target);
                    break;
                default: // a piece of another file
                    var donor = other();
                    var start = Place(donor, random);
                    var taken = donor[start..Math.Min(donor.Length, start + random.Next(1, 256))];
                    var where = Place(bytes, random);
                    bytes = [.. bytes[..where], .. taken, .. bytes[where..]];
                    break;
            }
        }
        return bytes;
    }

    /// <summary>Headers and pickles come first, an archive's directory last.</summary>
    private static int Place(byte[] bytes, Random random) => random.Next(10) switch
    {
        _ when bytes.Length == 0 => 0,
        < 4 => random.Next(Math.Min(bytes.Length, 4096)),
        < 7 => random.Next(Math.Min(bytes.Length, 40_000)),
        < 9 => bytes.Length - 1 - random.Next(Math.Min(bytes.Length, 8192)),
        _ => random.Next(bytes.Length),
    };
}
