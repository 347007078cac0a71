namespace HubertSharp.Interop;

/// <summary>How near the written model is to the one that was read.</summary>
public sealed record ConversionReport
{
    /// <summary>The folder or file that was read.</summary>
    public required string Input { get; init; }

    public required ModelFormat InputFormat { get; init; }

    public required string Output { get; init; }

    public required ModelFormat OutputFormat { get; init; }

    /// <summary>Parameters of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Tensors that came back bit for bit.</summary>
    public required int BitEqualTensors { get; init; }

    /// <summary>Tensors that the written form has.</summary>
    public required int Tensors { get; init; }

    /// <summary>Seconds of the clip that both were computed on.</summary>
    public required double ClipSeconds { get; init; }

    /// <summary>Every layer, then the normalised output, then CTC's where there is one.</summary>
    public required IReadOnlyList<OutputDifference> Outputs { get; init; }

    /// <summary>Largest difference that passes.</summary>
    public required double Tolerance { get; init; }

    /// <summary>Whether the tolerance holds for the relative errors, as for 8-bit models, and not for single numbers.</summary>
    public bool IsRelative { get; init; }

    /// <summary>What a person should know: what was left out or guessed.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>What the tolerance is held against, of an output.</summary>
    public double ErrorOf(OutputDifference output) => IsRelative ? output.RelativeError : output.MaxDifference;

    public double LargestError => Outputs.Max(ErrorOf);

    /// <summary>Whether every output is within the tolerance. NaN is not.</summary>
    public bool IsEquivalent => Outputs.Count > 0 && Outputs.All(output => ErrorOf(output) <= Tolerance);
}

/// <summary>One output of two models.</summary>
/// <param name="Name"><c>layer 1</c>, ..., <c>last</c>, <c>ctc logits</c>, <c>units</c>.</param>
/// <param name="MaxDifference">Largest absolute difference; of units how much farther a chosen centroid is than the nearest one, squared
/// and relative.</param>
/// <param name="RelativeError">‖difference‖ / ‖reference‖; of units the share of frames that have another one.</param>
/// <param name="MaxValue">Largest absolute value of the reference.</param>
public sealed record OutputDifference(string Name, double MaxDifference, double RelativeError, double MaxValue)
{
    /// <summary>Compares number by number.</summary>
    public static OutputDifference Of(string name, ReadOnlySpan<float> reference, ReadOnlySpan<float> other)
    {
        if (reference.Length != other.Length)
            return new OutputDifference(name, double.PositiveInfinity, double.PositiveInfinity, 0);
        double largest = 0, value = 0, error = 0, energy = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            var difference = Math.Abs((double)reference[i] - other[i]);
            largest = double.IsNaN(difference) ? double.NaN : Math.Max(largest, difference); // NaN stays
            value = Math.Max(value, Math.Abs((double)reference[i]));
            error += difference * difference;
            energy += (double)reference[i] * reference[i];
        }
        return new OutputDifference(name, largest, energy > 0 ? Math.Sqrt(error / energy) : 0, value);
    }
}
