using HubertSharp.Runs;

namespace HubertSharp.SpeechTokenizer.Codes;

/// <summary>The codes of one recording: a row of frames for each quantiser.</summary>
/// <param name="range">Quantisers that they are of.</param>
/// <param name="codebookSize">Codes that each quantiser has.</param>
/// <param name="sampleRate">Of the recording, in Hz.</param>
/// <param name="hop">Samples of a frame.</param>
/// <param name="samples">Of the recording, or null where that is not known.</param>
/// <param name="frames">At least one.</param>
internal sealed class TokenCodes(QuantizerRange range, int codebookSize, int sampleRate, int hop, long? samples, long frames)
{
    private readonly ushort[][] _rows = [.. Enumerable.Range(0, range.Count).Select(_ => new ushort[frames])];

    public QuantizerRange Range => range;

    public int CodebookSize => codebookSize;

    public int SampleRate => sampleRate;

    public int Hop => hop;

    public long? Samples => samples;

    public long Frames => frames;

    /// <summary>The codes of one quantiser, counted from 1.</summary>
    public ushort[] this[int quantizer] => _rows[quantizer - range.First];

    /// <summary>Sets frames of all quantisers.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="codes">Row by row.</param>
    public void Set(long first, int count, ReadOnlySpan<long> codes)
    {
        for (var row = 0; row < _rows.Length; row++)
        {
            for (var frame = 0; frame < count; frame++)
                _rows[row][first + frame] = checked((ushort)codes[(row * count) + frame]);
        }
    }

    /// <summary>Frames of all quantisers, row by row.</summary>
    public long[] Get(long first, int count)
    {
        var codes = new long[_rows.Length * count];
        for (var row = 0; row < _rows.Length; row++)
        {
            for (var frame = 0; frame < count; frame++)
                codes[(row * count) + frame] = _rows[row][first + frame];
        }
        return codes;
    }

    /// <summary>A part of the quantisers.</summary>
    public TokenCodes Part(QuantizerRange wanted)
    {
        var part = new TokenCodes(wanted, codebookSize, sampleRate, hop, samples, frames);
        for (var quantizer = wanted.First; quantizer <= wanted.Last; quantizer++)
            this[quantizer].CopyTo(part[quantizer], 0);
        return part;
    }

    /// <summary>
    /// What is said here in the voice of another recording: the first quantiser stays, the others are the other's, from its start on, and
    /// again from its start when it is the shorter one.
    /// </summary>
    public TokenCodes InVoiceOf(TokenCodes other)
    {
        var spoken = Part(range);
        for (var quantizer = 2; quantizer <= range.Last; quantizer++)
        {
            for (var frame = 0L; frame < frames; frame++)
                spoken[quantizer][frame] = other[quantizer][frame % other.Frames];
        }
        return spoken;
    }

    /// <summary>Sees that a tokenizer can decode them.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="config">Of the tokenizer.</param>
    /// <exception cref="UserException">More quantisers, other frames, or codes that it does not have.</exception>
    public void Check(string path, TokenizerConfig config)
    {
        if (range.Last > config.Quantizers)
            throw TokenizerFaults.ManyRows(path, range.First, range.Last, config.Quantizers);
        if (sampleRate != config.SampleRate || hop != config.Hop)
            throw TokenizerFaults.OtherCodes(path, "frames of another length", $"{config.Hop} samples at {config.SampleRate} Hz",
                $"{hop} at {sampleRate} Hz");
        if (codebookSize != config.CodebookSize)
            throw TokenizerFaults.OtherCodes(path, "codebooks of another size", $"{config.CodebookSize}", $"{codebookSize}");
    }
}
