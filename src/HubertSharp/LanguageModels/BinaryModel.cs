using System.Numerics;
using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;

namespace HubertSharp.LanguageModels;

/// <summary>
/// The form of a model that is mapped into memory: a head with the sizes of all parts and checksums, the words, then the n-grams of each
/// order with their hash table, as they lie in memory (little-endian). What is mapped lies in the system's file cache.
/// Memory: at most 4 bytes per byte of the file, and 16 MiB.
/// </summary>
internal static unsafe class BinaryModel
{
    private const int Alignment = 16;
    private const int PieceBytes = 1 << 20; // looked at or written at a time
    private const int HeadNumbers = 8 + (2 * NgramModel.MaximumOrder); // the last is 0: it fills the head up
    private const int HeadBytes = HeadNumbers * sizeof(ulong);

    // "HSNGRAM1"
    private const ulong Magic = 0x314d_4152_474e_5348;

    public static bool IsOne(ReadOnlySpan<byte> start) => start.Length >= 8 && MemoryMarshal.Read<ulong>(start) == Magic;

    public static void Write(NgramModel model, FileStream stream)
    {
        var head = new ulong[HeadNumbers];
        var words = model.Vocabulary;
        (head[0], head[1]) = (Magic, (ulong)model.Order);
        (head[2], head[3], head[4]) = ((ulong)words.Count, words.SlotCount, (ulong)words.TextBytes);
        for (var n = 0; n < model.Order; n++)
            (head[7 + (2 * n)], head[8 + (2 * n)]) = (model.Tables[n].Count, model.Tables[n].SlotCount);
        var sizes = Sizes(head)!;
        stream.Write(new byte[HeadBytes]);
        var piece = new byte[PieceBytes];
        var sum = new Sum();
        for (var part = 0; part < sizes.Length; part++)
        {
            for (long at = 0; at < sizes[part]; at += PieceBytes)
            {
                var length = (int)Math.Min(PieceBytes, sizes[part] - at);
                var bytes = piece.AsSpan(0, (int)Padded(length));
                bytes[length..].Clear();
                Part(model, part, at, length).CopyTo(bytes);
                stream.Write(bytes);
                sum.Add(bytes);
            }
        }
        head[5] = sum.Value;
        head[6] = Sum.Of(MemoryMarshal.AsBytes(head.AsSpan()));
        stream.Position = 0;
        stream.Write(MemoryMarshal.AsBytes(head.AsSpan()));
        stream.Position = stream.Length;
    }

    public static NgramModel Open(string path)
    {
        var mapped = new MappedFile(path);
        try
        {
            return Open(path, mapped);
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    private static NgramModel Open(string path, MappedFile mapped)
    {
        if (mapped.Length < HeadBytes)
            throw LanguageModelFaults.Damaged(path, $"{HeadBytes:#,0} bytes or more", $"{mapped.Length:#,0}");
        var head = new ReadOnlySpan<ulong>(mapped.Start, HeadNumbers).ToArray();
        var said = head[6];
        head[6] = 0;
        if (said != Sum.Of(MemoryMarshal.AsBytes(head.AsSpan()))
            || head[1] is < 1 or > NgramModel.MaximumOrder
            || Sizes(head) is not { } sizes)
            throw LanguageModelFaults.Damaged(path, "a head with its checksum", "another one");
        var length = HeadBytes + sizes.Sum(Padded);
        if (length != mapped.Length)
            throw LanguageModelFaults.Damaged(path, $"{length:#,0} bytes", $"{mapped.Length:#,0}");
        var (at, starts) = ((long)HeadBytes, new long[sizes.Length]);
        var sum = new Sum();
        for (var part = 0; part < sizes.Length; part++)
        {
            starts[part] = at;
            for (long done = 0; done < sizes[part]; done += PieceBytes)
                sum.Add(new ReadOnlySpan<byte>(mapped.Start + at + done, (int)Padded(Math.Min(PieceBytes, sizes[part] - done))));
            at += Padded(sizes[part]);
        }
        if (sum.Value != head[5])
            throw LanguageModelFaults.Damaged(path, "n-grams with their checksum", "others");
        byte* At(int part) => mapped.Start + starts[part];
        var words = new Vocabulary(At(1), (long)head[4], (long*)At(0), (uint)head[2], (uint*)At(2), (uint)head[3]);
        var tables = new NgramTable[head[1]];
        for (var n = 0; n < tables.Length; n++)
            tables[n] = new NgramTable((NgramEntry*)At(3 + (2 * n)), (uint)head[7 + (2 * n)], (ulong*)At(4 + (2 * n)),
                (uint)head[8 + (2 * n)]);
        return new NgramModel(words, tables, mapped);
    }

    /// <summary>The bytes of each part, or null where the numbers of the head cannot be: starts of the words, their text, their table; then
    /// n-grams and table of each order.</summary>
    private static long[]? Sizes(ulong[] head)
    {
        const ulong most = 1UL << 40;
        if (head.Skip(2).Take(3).Concat(head.Skip(7)).Any(n => n > most) || head[2] is < 3 or > int.MaxValue || !IsTable(head[3], head[2]))
            return null;
        var sizes = new List<long> { sizeof(long) * ((long)head[2] + 1), (long)head[4], sizeof(uint) * (long)head[3] };
        for (var n = 0; n < (int)head[1]; n++)
        {
            var (count, slots) = (head[7 + (2 * n)], head[8 + (2 * n)]);
            if (n == 0 ? slots != 0 || count != head[2] : count >= uint.MaxValue || !IsTable(slots, count))
                return null;
            sizes.AddRange([sizeof(NgramEntry) * (long)count, sizeof(ulong) * (long)slots]);
        }
        return [.. sizes];
    }

    private static bool IsTable(ulong slots, ulong count) => slots > count && slots <= uint.MaxValue && BitOperations.IsPow2(slots);

    private static long Padded(long size) => (size + Alignment - 1) / Alignment * Alignment;

    private static ReadOnlySpan<byte> Part(NgramModel model, int part, long offset, int length) => part switch
    {
        0 => model.Vocabulary.StartBytes(offset, length),
        1 => model.Vocabulary.AllText(offset, length),
        2 => model.Vocabulary.SlotBytes(offset, length),
        _ when part % 2 == 1 => model.Tables[(part - 3) / 2].EntryBytes(offset, length),
        _ => model.Tables[(part - 3) / 2].SlotBytes(offset, length),
    };

    /// <summary>A checksum of pieces of whole numbers of 64 bits.</summary>
    private struct Sum()
    {
        public ulong Value { get; private set; } = 0x9e37_79b9_7f4a_7c15;

        public static ulong Of(ReadOnlySpan<byte> bytes)
        {
            var sum = new Sum();
            sum.Add(bytes);
            return sum.Value;
        }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            var value = Value;
            foreach (var number in MemoryMarshal.Cast<byte, ulong>(bytes))
                value = (BitOperations.RotateLeft(value, 23) ^ number) * 0xbf58_476d_1ce4_e5b9;
            Value = value;
        }
    }
}
