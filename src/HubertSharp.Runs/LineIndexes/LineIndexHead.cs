using System.Buffers.Binary;
using System.Security.Cryptography;
using HubertSharp.Runs.Files;

namespace HubertSharp.Runs.LineIndexes;

/// <summary>What a line index says of itself and of its text, in the 256 bytes that it begins with.</summary>
/// <param name="Kind">What the text is.</param>
/// <param name="Lines">Entries, one for each line that counts.</param>
/// <param name="Stamp">The text as it was.</param>
/// <param name="Made">When the index was begun, in 100 ns since 1970.</param>
/// <param name="Flags">What the kind of text says of the whole of it.</param>
/// <param name="TextHash">SHA-256 of the text.</param>
/// <param name="ContentHash">A hash that the kind of text has of its own; zeros for none.</param>
/// <param name="SampleHash">SHA-256 of 256 blocks of the text, which takes no time to compare.</param>
/// <param name="BodyHash">SHA-256 of what follows the head.</param>
internal sealed record LineIndexHead(
    LineIndexKind Kind, long Lines, FileStamp Stamp, long Made, int Flags, byte[] TextHash, byte[] ContentHash, byte[] SampleHash,
    byte[] BodyHash)
{
    public const int Bytes = 256;

    private const int Hashes = 72, OwnHash = Bytes - SHA256.HashSizeInBytes;

    /// <summary>How an index begins, with the version of its form.</summary>
    public static ReadOnlySpan<byte> Magic => "HSLINES1"u8;

    public int RecordBytes => sizeof(long) * (Kind == LineIndexKind.Manifest ? 2 : 1);

    public long FileBytes => Bytes + ((Lines + 1) * RecordBytes);

    public byte[] ToBytes()
    {
        var head = new byte[Bytes];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), (int)Kind);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), Flags);
        foreach (var (i, number) in new[] { Lines, Stamp.Length, (long)Stamp.Inode, Stamp.Modified, Stamp.Changed, Made }.Index())
            BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(16 + (8 * i)), number);
        foreach (var (i, hash) in new[] { TextHash, ContentHash, SampleHash, BodyHash }.Index())
            hash.CopyTo(head.AsSpan(Hashes + (SHA256.HashSizeInBytes * i)));
        SHA256.HashData(head.AsSpan(0, OwnHash), head.AsSpan(OwnHash));
        return head;
    }

    /// <summary>Null for what is no head of this version, or damaged.</summary>
    public static LineIndexHead? Of(ReadOnlySpan<byte> head)
    {
        if (head.Length < Bytes || !head.StartsWith(Magic)
            || !SHA256.HashData(head[..OwnHash]).AsSpan().SequenceEqual(head[OwnHash..Bytes]))
            return null;
        var numbers = new long[6];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadInt64LittleEndian(head[(16 + (8 * i))..]);
        var hashes = new byte[4][];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = head.Slice(Hashes + (SHA256.HashSizeInBytes * i), SHA256.HashSizeInBytes).ToArray();
        return new LineIndexHead((LineIndexKind)BinaryPrimitives.ReadInt32LittleEndian(head[8..]), numbers[0],
            new FileStamp(numbers[1], (ulong)numbers[2], numbers[3], numbers[4]), numbers[5],
            BinaryPrimitives.ReadInt32LittleEndian(head[12..]), hashes[0], hashes[1], hashes[2], hashes[3]);
    }
}
