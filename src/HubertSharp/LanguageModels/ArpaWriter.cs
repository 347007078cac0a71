using System.Globalization;
using System.Text;

namespace HubertSharp.LanguageModels;

/// <summary>Writes a model as ARPA text, order by order.</summary>
/// <param name="stream">Where to; left open.</param>
/// <param name="words">The words.</param>
/// <param name="counts">How many n-grams of each order will come.</param>
internal sealed class ArpaWriter(Stream stream, Vocabulary words, IReadOnlyList<long> counts) : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;
    private int _order;

    public void Begin(int order)
    {
        if (order == 1)
        {
            Write("\\data\\\n");
            for (var n = 1; n <= counts.Count; n++)
                Write(string.Create(CultureInfo.InvariantCulture, $"ngram {n}={counts[n - 1]}\n"));
        }
        _order = order;
        Write($"\n\\{order}-grams:\n");
    }

    /// <summary>One n-gram.</summary>
    /// <param name="ngram">Its words.</param>
    /// <param name="probability">In log10.</param>
    /// <param name="weight">In log10; not written for the longest.</param>
    public void Add(ReadOnlySpan<uint> ngram, double probability, double weight)
    {
        Number(probability);
        for (var i = 0; i < ngram.Length; i++)
        {
            Write(i == 0 ? "\t"u8 : " "u8);
            Write(words.Bytes(ngram[i]));
        }
        if (_order < counts.Count)
        {
            Write("\t"u8);
            Number(weight);
        }
        Write("\n"u8);
    }

    public void End()
    {
        Write("\n\\end\\\n");
        Flush();
    }

    public void Dispose() => Flush();

    // the shortest text that is the same float again
    private void Number(double value)
    {
        Span<byte> text = stackalloc byte[32];
        var number = (float)value;
        (number == 0 ? 0f : number).TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        Write(text[..length]);
    }

    private void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _used)
            Flush();
        if (bytes.Length > _buffer.Length)
        {
            stream.Write(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Flush()
    {
        stream.Write(_buffer.AsSpan(0, _used));
        _used = 0;
    }
}
