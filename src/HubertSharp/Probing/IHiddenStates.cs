namespace HubertSharp.Probing;

/// <summary>Frozen features of which a probe learns a weighted sum. Thread-safe.</summary>
internal interface IHiddenStates : IDisposable
{
    /// <summary>For tables: <c>mfcc</c>, <c>runs/it1</c>, <c>random weights (runs/it1)</c>.</summary>
    string Name { get; }

    /// <summary><c>mfcc</c>, <c>fbank</c>, <c>trained</c> or <c>random</c>.</summary>
    string Kind { get; }

    /// <summary>What a run must find unchanged to go on.</summary>
    string Identity { get; }

    /// <summary>Which hidden states, 0 being what the first layer is given; one entry for features without layers.</summary>
    IReadOnlyList<int> Layers { get; }

    /// <summary>Values per frame.</summary>
    int Dimensions { get; }

    /// <summary>Frames per second.</summary>
    double FrameRate { get; }

    /// <summary>Frames of so many samples.</summary>
    int Frames(long samples);

    /// <summary>One entry for each of <see cref="Layers"/>, [T, D] row by row.</summary>
    /// <param name="samples">[S] mono samples in [-1, 1] at 16 kHz.</param>
    IReadOnlyList<float[]> Compute(float[] samples);
}
