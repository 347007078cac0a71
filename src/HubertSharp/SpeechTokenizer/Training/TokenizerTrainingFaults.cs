using HubertSharp.Runs;

namespace HubertSharp.SpeechTokenizer.Training;

internal static class TokenizerTrainingFaults
{
    public static UserException TeacherRate(string folder, double rate, double expected) =>
        UserException.Create("the teacher's features have another rate than the tokenizer's frames", folder,
            $"{expected:0.###} frames per second, or a multiple", $"{rate:0.###}",
            "choose model.strides whose product is 16000 / rate, or another teacher");

    public static UserException TeacherLayer(string model, string layer, int layers) =>
        UserException.Create("no such layer of the teacher", model,
            $"task.teacher_layer from 1 to {layers}, avg, or a sum of such as 4:0.5,6:0.5", $"'{layer}'");

    public static UserException TeacherWidth(string features, int found, int expected) =>
        UserException.Create("the teacher's features have another width", features, $"{expected} as model.semantic_dimension says",
            $"{found}", "leave model.semantic_dimension at null, which follows the teacher");

    public static UserException ListedWidth(string path, int found, int expected) =>
        UserException.Create("features of another width than those of the list's first recording", path, $"{expected}", $"{found}",
            "frames are the rows, dimensions the columns: transpose them if they lie the other way round");

    public static UserException FeatureShape(string path, string found) =>
        UserException.Create("an array of another shape", path,
            "floating-point numbers [frames, dimensions], or [1, frames, dimensions], at least one of each", found,
            "check which file this is");

    public static UserException NoTeacher(string list) =>
        UserException.Create("no features to learn from", list, "AUDIO TAB FEATURES.npy on each line, task.feature_dir, or task.teacher",
            "recordings alone", "name a model with task.teacher, or set criterion.distill_loss_lambda=0");

    public static UserException GivenFeatures(string list) =>
        UserException.Create("the features are there, and are not computed", list,
            "recordings alone with task.cache_teacher=false", "AUDIO TAB FEATURES.npy on each line", "leave task.cache_teacher at true");

    public static UserException ListLine(string list, int line, string found) =>
        UserException.Create("not a line of recordings", $"{list}:{line}", "AUDIO, or AUDIO TAB FEATURES.npy on all lines", found);

    public static UserException Empty(string list) =>
        UserException.Create("the list names no recording", list, "AUDIO, or AUDIO TAB FEATURES.npy on each line", "none");

    public static UserException NoFloat16() =>
        UserException.Create("tokenizers are not trained in fp16", "common.fp16", "float32, or common.bf16=true", "true",
            "set common.fp16=false; losses of several hundred and their gradients do not fit into fp16's range together");
}
