using System.Text.Json.Serialization;

namespace Fer.Core.Model;

/// <summary>The global pooling in front of the classifier. The names in files are those of the first release.</summary>
public enum GlobalPooling
{
    /// <summary>Global average pooling.</summary>
    [JsonStringEnumMemberName("mean")]
    Average,

    /// <summary>Global average pooling plus global max pooling.</summary>
    [JsonStringEnumMemberName("mean+max")]
    AverageAndMax,
}
