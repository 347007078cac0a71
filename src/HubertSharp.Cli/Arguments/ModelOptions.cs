using System.CommandLine;
using HubertSharp.Models;
using HubertSharp.Tensors;

namespace HubertSharp.Cli.Arguments;

/// <summary>Options that every verb with a model has.</summary>
internal static class ModelOptions
{
    public static Option<string> Precision() =>
        Choice("--precision", "float32 (the reference), or bf16: several times faster on CPUs that multiply it, at three digits.",
            "float32", "bf16");

    public static Option<string> Convention() =>
        Choice("--convention",
            "What layer N means: fairseq, or transformers, whose last layer of pre-LN models (Large) is normalised. "
            + "A k-means model fits the one that it was fitted on.", "fairseq", "transformers");

    public static Option<string> Device() => Choice("--device", "cpu, cuda, or auto: a GPU where there is one.", "auto", "cpu", "cuda");

    /// <summary>The convention that the option's text means.</summary>
    public static FeatureConvention ConventionOf(string? text) =>
        text == "transformers" ? FeatureConvention.Transformers : FeatureConvention.Fairseq;

    /// <summary>The precision that the option's text means.</summary>
    public static ComputePrecision PrecisionOf(string? text) => text == "bf16" ? ComputePrecision.BFloat16 : ComputePrecision.Float32;

    /// <summary>An option of which only these values are taken; the first is the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
