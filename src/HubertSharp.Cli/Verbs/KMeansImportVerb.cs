using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Clustering;
using HubertSharp.Features.Hubert;
using HubertSharp.Interop;
using HubertSharp.Tensors;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert kmeans import</c>: another program's centroids, with a record of what they were fitted on.</summary>
internal static class KMeansImportVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("IN")
        {
            Description = "km.joblib of fairseq's learn_kmeans.py, or centroids as .npy or a flat faiss index.",
        };
        var output = new Option<string>("--out") { Description = "The model to write (.safetensors).", Required = true };
        var model = new Option<string>("--model")
        {
            Description = "The HuBERT whose layer they were fitted on: checkpoint or run folder, fairseq .pt, or Hugging Face folder.",
            Required = true,
        };
        var layer = new Option<int>("--layer") { Description = "That layer, counted from 1.", Required = true };
        var convention = ModelOptions.Convention();
        var command = new Command("import",
            "Take over another program's k-means model and record what it was fitted on, so that it is checked from then on.")
        {
            input, output, model, layer, convention,
        };
        command.WithExample(
            "hubert kmeans import hubert_base_ls960_L9_km500.bin --model hubert_base_ls960.pt --layer 9 --out km500.safetensors");
        command.SetAction(parsed =>
        {
            KMeansModel.CheckPlace(parsed.GetValue(output)!);
            var kmeans = KMeansModel.Load(parsed.GetValue(input)!);
            var path = parsed.GetValue(model)!;
            var portable = ModelReader.Read(path);
            using var hubert = portable.Build(ComputePrecision.Float32);
            var extractor = new HubertFeatureExtractor(hubert, convention: ModelOptions.ConventionOf(parsed.GetValue(convention)));
            if (parsed.GetValue(layer) < 1 || parsed.GetValue(layer) > extractor.Layers)
                throw HubertFeatureFaults.NoSuchLayer(path, parsed.GetValue(layer), extractor.Layers);
            var features = extractor.Describe(parsed.GetValue(layer), ModelIdentity.Of(portable));
            kmeans.CheckFits(parsed.GetValue(input)!, features, features.Dimensions, path);
            new KMeansModel(kmeans.Centroids, kmeans.Dimensions) { Features = features, Fit = kmeans.Fit }.Save(parsed.GetValue(output)!);
            Console.WriteLine($"{kmeans.Clusters} clusters of {features}: {parsed.GetValue(output)}");
            return CommandHost.Done;
        });
        return command;
    }
}
