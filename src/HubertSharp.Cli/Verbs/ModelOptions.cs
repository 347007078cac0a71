using System.CommandLine;
using HubertSharp.Features;
using HubertSharp.Models;

namespace HubertSharp.Cli.Verbs;

/// <summary>Options that every verb with a model has.</summary>
internal static class ModelOptions
{
    public static Option<string> Precision()
    {
        var option = new Option<string>("--precision")
        {
            Description = "float32 (the reference), or bf16: several times faster on CPUs that multiply it, at three digits.",
            DefaultValueFactory = _ => "float32",
        };
        option.AcceptOnlyFromAmong("float32", "bf16");
        return option;
    }

    public static Option<string> Convention()
    {
        var option = new Option<string>("--convention")
        {
            Description = "What layer N means: fairseq, or transformers, whose last layer of pre-LN models (Large) is normalised. A k-means model fits the one that it was fitted on.",
            DefaultValueFactory = _ => "fairseq",
        };
        option.AcceptOnlyFromAmong("fairseq", "transformers");
        return option;
    }

    /// <summary>The convention that the option's text means.</summary>
    public static FeatureConvention ConventionOf(string? text) => text == "transformers" ? FeatureConvention.Transformers : FeatureConvention.Fairseq;

    public static Option<string> Device()
    {
        var option = new Option<string>("--device") { Description = "cpu, cuda, or auto: a GPU where there is one.", DefaultValueFactory = _ => "auto" };
        option.AcceptOnlyFromAmong("cpu", "cuda", "auto");
        return option;
    }

    /// <summary>The precision that the option's text means.</summary>
    public static ComputePrecision PrecisionOf(string? text) => text == "bf16" ? ComputePrecision.BFloat16 : ComputePrecision.Float32;
}
